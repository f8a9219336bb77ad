/** What a signal cancels. */
export interface Cancellable {
  cancel(reason: unknown): void;
}

/**
 * Lets AbortSignals cancel calls. However many calls share a signal, it has one listener: Node takes eleven for a leak, and
 * warns.
 */
export class SharedSignals {
  readonly #links = new WeakMap<AbortSignal, AbortLink>();

  /** Cancels `call` when `signal` is aborted, until the call is released. */
  link(signal: AbortSignal, call: Cancellable): AbortLink {
    let link = this.#links.get(signal);
    if (link === undefined) {
      link = new AbortLink(signal);
      this.#links.set(signal, link);
    }
    link.add(call);
    return link;
  }
}

/** One for the calls of all clients, as they may share signals. It holds nothing: what is known of a signal goes with it. */
export const sharedSignals: SharedSignals = new SharedSignals();

/** The calls that wait for one signal. */
export class AbortLink {
  readonly #signal: AbortSignal;
  readonly #calls = new Set<Cancellable>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(call: Cancellable): void {
    if (this.#calls.size === 0) this.#signal.addEventListener("abort", this);
    this.#calls.add(call);
  }

  /** The call has ended: a signal may live much longer, and must not hold it. */
  release(call: Cancellable): void {
    if (this.#calls.delete(call) && this.#calls.size === 0) this.#signal.removeEventListener("abort", this);
  }

  /** Called by the signal. Calls leave as they are cancelled. */
  handleEvent(): void {
    for (const call of [...this.#calls]) call.cancel(this.#signal.reason);
  }
}
