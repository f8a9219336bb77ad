/** Decisions taken from an input's bytes, so that mutation changes one of them; zeros when those are used up. */
export class ByteChoice {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  /** A whole number below `count`. */
  below(count: number): number {
    return this.byte() % count;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** Some of the bytes themselves, of any length up to that of one byte. */
  some(): Uint8Array<ArrayBuffer> {
    const length = this.byte();
    const bytes = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += bytes.length;
    return bytes;
  }
}
