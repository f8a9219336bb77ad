/** How much the calls of a channel may keep to send it again, and how much each of them (gRFC A6, "Memory Management"). */
export class RetryBuffer {
  readonly maxCallBytes: number;
  readonly #maxBytes: number;
  #usedBytes = 0;

  constructor(maxBytes: number, maxCallBytes: number) {
    this.#maxBytes = maxBytes;
    this.maxCallBytes = maxCallBytes;
  }

  /** False where there is no room for so much more; then nothing is taken. */
  take(byteLength: number): boolean {
    if (this.#usedBytes + byteLength > this.#maxBytes) return false;
    this.#usedBytes += byteLength;
    return true;
  }

  giveBack(byteLength: number): void {
    this.#usedBytes -= byteLength;
  }
}
