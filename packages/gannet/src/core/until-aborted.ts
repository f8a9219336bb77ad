import type { Signal } from "./signal.ts";

/**
 * A promise of what `begin` begins. It rejects with the signal's reason, whatever that is, where that is aborted first.
 *
 * @param begin settles the promise, not before it has returned what is called then, once, with whether there is a value
 */
export function untilAborted<T>(
  signal: Signal | undefined,
  begin: (resolve: (value: T) => void, reject: (reason: unknown) => void) => (isFulfilled: boolean) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isSettled = false;
    const settle = (isFulfilled: boolean): boolean => {
      if (isSettled) return false;
      isSettled = true;
      signal?.removeEventListener("abort", onAbort);
      onSettled(isFulfilled);
      return true;
    };
    const fail = (reason: unknown) => {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- an abort rejects with its reason, whatever that is
      if (settle(false)) reject(reason);
    };
    const onAbort = () => fail(signal?.reason);
    const onSettled = begin((value) => {
      if (settle(true)) resolve(value);
    }, fail);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
}
