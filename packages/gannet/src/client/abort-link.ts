import type { ClientCall } from "./client-call.ts";

/** Lets an AbortSignal cancel a call, as long as the call lasts. */
export class AbortLink {
  readonly #signal: AbortSignal;
  readonly #call: ClientCall;

  constructor(signal: AbortSignal, call: ClientCall) {
    this.#signal = signal;
    this.#call = call;
    signal.addEventListener("abort", this);
  }

  /** Called by the signal. */
  handleEvent(): void {
    this.#call.cancel(this.#signal.reason);
  }

  /** The call has ended: a signal may live much longer, and must not hold it. */
  release(): void {
    this.#signal.removeEventListener("abort", this);
  }
}
