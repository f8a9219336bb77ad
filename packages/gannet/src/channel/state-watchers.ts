import type { Signal } from "../core/index.ts";
import type { ConnectivityState } from "./balancer/index.ts";

/** Those who look on as the state of a channel changes. */
export class StateWatchers {
  readonly #watches = new Set<StateWatch>();

  tell(state: ConnectivityState): void {
    for (const watch of this.#watches) watch.tell(state);
  }

  /** @param state that of now */
  watch(state: ConnectivityState, signal: Signal | undefined): AsyncIterableIterator<ConnectivityState> {
    return new StateWatch(state, signal, this.#watches);
  }
}

interface Waiter {
  resolve(result: IteratorResult<ConnectivityState, undefined>): void;
  reject(reason: unknown): void;
}

const DONE: IteratorResult<ConnectivityState, undefined> = { done: true, value: undefined };

/** The states of a channel, as far as somebody asks for them: what passes meanwhile is left out. */
class StateWatch implements AsyncIterableIterator<ConnectivityState> {
  readonly #signal: Signal | undefined;
  /** Where it is, until it is over. */
  readonly #watches: Set<StateWatch>;
  readonly #onAbort = (): void => this.#fail(this.#signal?.reason);
  readonly #waiters: Waiter[] = [];
  #state: ConnectivityState;
  #told: ConnectivityState | undefined;
  #failure: { readonly reason: unknown } | undefined;

  constructor(state: ConnectivityState, signal: Signal | undefined, watches: Set<StateWatch>) {
    this.#state = state;
    this.#signal = signal;
    this.#watches = watches;
    watches.add(this);
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted) this.#onAbort();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  tell(state: ConnectivityState): void {
    this.#state = state;
    if (this.#waiters.length > 0 && state !== this.#told) this.#waiters.shift()?.resolve(this.#take());
  }

  next(): Promise<IteratorResult<ConnectivityState, undefined>> {
    const failure = this.#failure;
    this.#failure = undefined;
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- an abort rejects with its reason, whatever that is
    if (failure !== undefined) return Promise.reject(failure.reason);
    if (!this.#watches.has(this)) return Promise.resolve(DONE);
    if (this.#state !== this.#told) return Promise.resolve(this.#take());
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<ConnectivityState, undefined>> {
    this.#end();
    return Promise.resolve(DONE);
  }

  #take(): IteratorResult<ConnectivityState, undefined> {
    const value = this.#state;
    this.#told = value;
    if (value === "shutdown") this.#end();
    return { done: false, value };
  }

  #fail(reason: unknown): void {
    if (!this.#watches.has(this)) return;
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#failure = { reason };
    else waiter.reject(reason);
    this.#end();
  }

  #end(): void {
    if (!this.#watches.delete(this)) return;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    for (const { resolve } of this.#waiters.splice(0)) resolve(DONE);
  }
}
