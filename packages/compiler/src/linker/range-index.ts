/** A run of numbers that something claims. */
export interface Claim<Owner> {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly owner: Owner;
}

/** A claim to a number that an earlier one has. */
export interface Clash<Owner> {
  /** The lowest number that both claim. */
  readonly number: number;
  readonly owner: Owner;
  readonly earlier: Owner;
}

/**
 * Which of many claims has a number: the first that was made. Takes time for each claim that hardly depends on how many
 * there are, as a message may have a hundred thousand.
 */
export class RangeIndex<Owner> {
  /** Claims to what others have, in the order in which they were made. */
  readonly clashes: readonly Clash<Owner>[];
  /** Where claims start and end, in order. */
  readonly #bounds: Float64Array;
  /** Who has the numbers from a bound to the one behind it. */
  readonly #owners: (Owner | undefined)[];
  /** For each bound, itself or one behind it: those from here to there have owners. Made shorter as it is followed. */
  readonly #free: Int32Array;

  constructor(claims: readonly Claim<Owner>[]) {
    const real = claims.filter(({ start, end }) => start < end);
    this.#bounds = Float64Array.from(new Set(real.flatMap(({ start, end }) => [start, end]))).sort();
    this.#owners = new Array<Owner | undefined>(this.#bounds.length);
    this.#free = Int32Array.from(this.#bounds, (_, index) => index);
    const clashes: Clash<Owner>[] = [];
    for (const claim of real) {
      const clash = this.#take(claim);
      if (clash !== undefined) clashes.push(clash);
    }
    this.clashes = clashes;
  }

  /** Who has `number`. */
  at(number: number): Owner | undefined {
    const index = this.#lastBound(number);
    return index < 0 ? undefined : this.#owners[index];
  }

  /** The lowest number from `start` to `end`, which is exclusive, that someone has. */
  firstWithin(start: number, end: number): { readonly number: number; readonly owner: Owner } | undefined {
    const first = this.#lastBound(start);
    const own = first < 0 ? undefined : this.#owners[first];
    if (own !== undefined && start < end) return { number: start, owner: own };
    // Two stretches without an owner never touch: the next one behind has an owner.
    const number = this.#bounds[first + 1];
    const owner = this.#owners[first + 1];
    return number === undefined || owner === undefined || number >= end ? undefined : { number, owner };
  }

  /** Gives a claim what nobody has yet. */
  #take({ start, end, owner }: Claim<Owner>): Clash<Owner> | undefined {
    const first = this.#lastBound(start);
    const last = this.#lastBound(end);
    let clash: Clash<Owner> | undefined;
    let at = first;
    while (at < last) {
      const free = this.#nextFree(at);
      const earlier = free === at ? undefined : this.#owners[at];
      if (earlier !== undefined) clash ??= { number: this.#bounds[at] ?? start, owner, earlier };
      if (free >= last) break;
      this.#owners[free] = owner;
      this.#free[free] = free + 1;
      at = free + 1;
    }
    return clash;
  }

  /** The first bound from `index` on whose numbers nobody has. */
  #nextFree(index: number): number {
    let at = index;
    for (let next = this.#free[at] ?? at; next !== at; next = this.#free[at] ?? at) {
      this.#free[at] = this.#free[next] ?? next;
      at = next;
    }
    return at;
  }

  /** The last bound that is not beyond `number`; -1 where all are. */
  #lastBound(number: number): number {
    let low = -1;
    let high = this.#bounds.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#bounds[middle] ?? 0) <= number) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
