import type { CallWriter } from "../../core/index.ts";

/** What a caller has done with a call, to be done again with each of its attempts. */
export class SentMessages {
  readonly #messages: object[] = [];
  /** The places of those that are not to be compressed. */
  #plain: Set<number> | undefined;
  #isEnded = false;
  #requested = 0;
  #requestedBytes: number | undefined;

  get isEnded(): boolean {
    return this.#isEnded;
  }

  send(message: object, isLast: boolean, compress: boolean): void {
    this.#messages.push(message);
    this.#isEnded = isLast;
    if (compress) return;
    this.#plain ??= new Set();
    this.#plain.add(this.#messages.length - 1);
  }

  endSend(): void {
    this.#isEnded = true;
  }

  request(count: number, maxBytes: number | undefined): void {
    this.#requested += count;
    this.#requestedBytes = maxBytes;
  }

  /**
   * Does it all with an attempt. False where that has no room for more at the moment.
   *
   * @throws TypeError or GrpcError as `CallWriter.send`
   */
  repeat(attempt: CallWriter): boolean {
    let isRoom = true;
    if (this.#requested > 0) attempt.request(this.#requested, this.#requestedBytes);
    for (const [index, message] of this.#messages.entries()) {
      const isLast = this.#isEnded && index === this.#messages.length - 1;
      isRoom = attempt.send(message, isLast, this.#plain?.has(index) !== true);
    }
    if (this.#isEnded && this.#messages.length === 0) attempt.endSend();
    return isRoom;
  }
}
