import type { CallEnd, CallObserver, CallWriter, ReceivedMetadata } from "../../core/index.ts";

/** An attempt that is under way. */
export interface StartedAttempt extends CallWriter {
  /** How many bytes of requests have been sent, once encoded. */
  readonly sentBytes: number;
}

/** What an attempt is told beside what callers are. */
export interface AttemptListener {
  /** A connection has taken it and what was sent before, which may come again (gRFC A6, "Transparent Retries"). */
  onStart(): void;
  /** A policy drops the call: it is to end with this attempt. */
  onDrop(): void;
}

/** The call that an attempt is one of. */
export interface AttemptedCall {
  readonly observer: CallObserver;
  /** The attempt has something for the caller. False where that is none of the caller's business any more. */
  isHeard(attempt: Attempt): boolean;
  onAttemptStart(attempt: Attempt): void;
  onAttemptDrop(): void;
  onAttemptWritable(attempt: Attempt): void;
  onAttemptEnd(attempt: Attempt, end: CallEnd): void;
}

/** One attempt, and what is heard of it. */
export class Attempt implements CallObserver, AttemptListener {
  readonly #call: AttemptedCall;
  /** How many there were before. */
  readonly index: number;
  writer: StartedAttempt | undefined;

  constructor(call: AttemptedCall, index: number) {
    this.#call = call;
    this.index = index;
  }

  onStart(): void {
    this.#call.onAttemptStart(this);
  }

  onDrop(): void {
    this.#call.onAttemptDrop();
  }

  onHeader(header: ReceivedMetadata): void {
    if (this.#call.isHeard(this)) this.#call.observer.onHeader(header);
  }

  onMessage(message: object): void {
    if (this.#call.isHeard(this)) this.#call.observer.onMessage(message);
  }

  onWritable(): void {
    this.#call.onAttemptWritable(this);
  }

  onEnd(end: CallEnd): void {
    this.#call.onAttemptEnd(this, end);
  }
}
