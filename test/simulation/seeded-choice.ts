/** What a seed decides: the same seed, asked the same questions, gives the same answers. mulberry32. */
export class SeededChoice {
  #state: number;

  constructor(seed: number) {
    // Seeds that follow each other shall not begin alike.
    this.#state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** A whole number whose order of magnitude is as likely as any other between the two. */
  magnitude(least: number, most: number): number {
    const low = Math.log(least + 1);
    return Math.min(most, Math.max(least, Math.round(Math.exp(low + this.next() * (Math.log(most + 1) - low)) - 1)));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error("there is nothing to choose from");
    return from[Math.floor(this.next() * from.length)] as T;
  }
}
