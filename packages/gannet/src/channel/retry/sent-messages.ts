import type { CallWriter } from "../../core/index.ts";

/** What a caller has done with a call, to be done again with each of its attempts. Most calls send one message. */
export class SentMessages {
  #first: object | undefined;
  #more: object[] | undefined;
  /** The places of those that are not to be compressed. */
  #plain: Set<number> | undefined;
  #isEnded = false;
  #requested = 0;
  #requestedBytes: number | undefined;

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get count(): number {
    return this.#first === undefined ? 0 : 1 + (this.#more?.length ?? 0);
  }

  send(message: object, isLast: boolean, compress: boolean): void {
    if (!compress) {
      this.#plain ??= new Set();
      this.#plain.add(this.count);
    }
    if (this.#first === undefined) this.#first = message;
    else if (this.#more === undefined) this.#more = [message];
    else this.#more.push(message);
    this.#isEnded = isLast;
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
    if (this.#requested > 0) attempt.request(this.#requested, this.#requestedBytes);
    if (this.#first === undefined) {
      if (this.#isEnded) attempt.endSend();
      return true;
    }
    let isRoom = true;
    for (const [index, message] of [this.#first, ...(this.#more ?? [])].entries()) {
      const isLast = this.#isEnded && index === this.count - 1;
      isRoom = attempt.send(message, isLast, this.#plain?.has(index) !== true);
    }
    return isRoom;
  }
}
