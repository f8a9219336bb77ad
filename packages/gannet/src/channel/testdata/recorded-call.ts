import type { CallEnd, CallInit, CallObserver, CallWriter, Transport } from "../../core/index.ts";
import { clockMethod } from "./clock-service.ts";

/** A call and what was heard of it. */
export class RecordedCall implements CallObserver {
  readonly writer: CallWriter;
  readonly ended: Promise<void>;
  #onEnded: () => void = () => {};
  end: CallEnd | undefined;
  messages = 0;
  writables = 0;

  constructor(transport: Transport, init: Partial<CallInit>, isUnary = true) {
    this.ended = new Promise((resolve) => {
      this.#onEnded = resolve;
    });
    const method = clockMethod(isUnary ? "Tell" : "Watch");
    const all = { metadata: undefined, deadline: undefined, waitForReady: false, ...init };
    this.writer = transport.start(method, all, this);
    this.writer.request(1);
    if (isUnary) this.writer.send({ seconds: 1n }, true);
  }

  /** `OK`, the text of the error, or `open`. */
  get outcome(): string {
    if (this.end === undefined) return "open";
    return this.end.error === undefined ? "OK" : this.end.error.message;
  }

  onHeader(): void {}

  onMessage(): void {
    this.messages++;
  }

  onWritable(): void {
    this.writables++;
  }

  onEnd(end: CallEnd): void {
    this.end = end;
    this.#onEnded();
  }
}
