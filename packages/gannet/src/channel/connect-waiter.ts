import { GrpcError, markLocal, type Signal, untilAborted } from "../core/index.ts";
import type { ConnectivityState } from "./balancer/index.ts";

/** Those who wait for the channel to be connected. */
export class ConnectWaiters {
  readonly #waiters = new Set<(failure: string | undefined) => void>();

  get size(): number {
    return this.#waiters.size;
  }

  /** Tells all what came of it, where the state is one that connecting ends in. */
  onState(state: ConnectivityState, failure: string | undefined): void {
    if (this.#waiters.size === 0) return;
    if (state === "ready") this.settle(undefined);
    else if (state === "transientFailure") this.settle(failure ?? "there is no connection");
  }

  /** Tells all: undefined where there is a connection, else why there is none. */
  settle(failure: string | undefined): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) waiter(failure);
  }

  /** @param onLeave called when a waiter is told, or has given up */
  wait(signal: Signal | undefined, onLeave: () => void): Promise<void> {
    return untilAborted<void>(signal, (resolve, reject) => {
      const waiter = (failure: string | undefined) => {
        if (failure === undefined) resolve();
        else reject(markLocal(new GrpcError("UNAVAILABLE", failure)));
      };
      this.#waiters.add(waiter);
      return () => {
        this.#waiters.delete(waiter);
        onLeave();
      };
    });
  }
}
