import { GrpcError, markLocal } from "../core/index.ts";

/** Those who wait for the channel to be connected. */
export class ConnectWaiters {
  readonly #waiters = new Set<(failure: string | undefined) => void>();

  get size(): number {
    return this.#waiters.size;
  }

  /** Tells all: undefined where there is a connection, else why there is none. */
  settle(failure: string | undefined): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) waiter(failure);
  }

  /** @param onLeave called when a waiter is told, or has given up */
  wait(signal: AbortSignal | undefined, onLeave: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener("abort", onAbort);
        onLeave();
      };
      const waiter = (failure: string | undefined) => {
        leave();
        if (failure === undefined) resolve();
        else reject(markLocal(new GrpcError("UNAVAILABLE", failure)));
      };
      const onAbort = () => {
        leave();
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- an abort rejects with its reason, whatever that is
        reject(signal?.reason);
      };
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", onAbort, { once: true });
      if (signal?.aborted) onAbort();
    });
  }
}
