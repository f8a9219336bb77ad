/** Numbers from 0 to below 1 that look random and are the same for the same seed: xorshift on 32 bits. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    // A state of 0 would stay 0, and seeds that are close would begin alike.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
    for (let round = 0; round < 8; round++) this.next();
  }

  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) / 2 ** 32;
  }

  /** A whole number from 1 to `most`. */
  upTo(most: number): number {
    return 1 + Math.floor(this.next() * most);
  }
}
