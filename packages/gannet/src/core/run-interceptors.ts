import { GrpcError } from "./grpc-error.ts";
import { misuse } from "./misuse.ts";

/** What interceptors run around. */
export interface Interceptable {
  /** Whether an interceptor has answered the call. */
  readonly isAnswered: boolean;
  /** What an interceptor answered is void, as one further out has failed. */
  dropAnswer(): void;
  /** What the innermost `next()` does: settles when the call has ended. */
  goOn(): Promise<void>;
}

type AnyInterceptor<C> = (call: C, next: () => Promise<void>) => Promise<void>;

/**
 * Runs interceptors around a call, the first outermost. A closure and a promise for each: nothing that shares them was
 * faster.
 *
 * @returns settles with the outermost interceptor; rejects with what the call fails with
 */
export function runInterceptors<C>(
  interceptors: readonly AnyInterceptor<C>[],
  call: C,
  inside: Interceptable,
  index = 0,
): Promise<void> {
  const interceptor = interceptors[index];
  if (interceptor === undefined) return inside.goOn();
  return runLayer(interceptor, call, inside, () => runInterceptors(interceptors, call, inside, index + 1));
}

async function runLayer<C>(
  interceptor: AnyInterceptor<C>,
  call: C,
  inside: Interceptable,
  goOn: () => Promise<void>,
): Promise<void> {
  let inner: Promise<void> | undefined;
  try {
    await interceptor(call, () => {
      if (inner !== undefined) throw misuse(TypeError, "GANNET_NEXT_TWICE", "an interceptor called next() twice");
      inner = goOn();
      // An interceptor need not wait for it.
      inner.catch(ignore);
      return inner;
    });
    if (inside.isAnswered) return;
    if (inner === undefined) {
      throw new GrpcError("INTERNAL", "an interceptor neither called next() nor answered the call by reply()");
    }
    // To swallow an error does not make a success of the call, nor does it to return early.
    await inner;
  } catch (error) {
    inside.dropAnswer();
    throw error;
  }
}

function ignore(): void {}
