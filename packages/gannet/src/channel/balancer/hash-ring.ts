import { xxhash64 } from "../../base/index.ts";

/** A place that has a share of a ring. */
export interface RingMember {
  /** What its entries are hashed from. */
  readonly key: string;
  /** Positive. */
  readonly weight: number;
}

/** How many entries a ring may have. */
export interface RingSize {
  readonly min: number;
  readonly max: number;
}

/**
 * Places on a circle of hashes, each with entries by its weight (gRFC A42, "Constructing the Ring"). Places that come or
 * go leave what is next to the entries of others as it was.
 */
export class HashRing {
  readonly #hashes: BigUint64Array;
  readonly #members: Uint32Array;

  /** @param members one at least */
  constructor(members: readonly RingMember[], { min, max }: RingSize) {
    const total = members.reduce((sum, { weight }) => sum + weight, 0);
    const smallest = Math.min(...members.map(({ weight }) => weight / total));
    // As many as give the smallest a whole number of entries, where that is not too many.
    const scale = Math.min(Math.ceil(smallest * min) / smallest, max);
    const entries: { readonly hash: bigint; readonly member: number }[] = [];
    let target = 0;
    for (const [member, { key, weight }] of members.entries()) {
      target += (scale * weight) / total;
      for (let index = 0; entries.length < target; index++) {
        entries.push({ hash: xxhash64(new TextEncoder().encode(`${key}_${index}`)), member });
      }
    }
    entries.sort((a, b) => (a.hash < b.hash ? -1 : Number(a.hash > b.hash)));
    this.#hashes = BigUint64Array.from(entries, ({ hash }) => hash);
    this.#members = Uint32Array.from(entries, ({ member }) => member);
  }

  get size(): number {
    return this.#hashes.length;
  }

  /** The entry at or behind a hash. */
  indexOf(hash: bigint): number {
    let low = 0;
    let high = this.#hashes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#hashes[middle] ?? 0n) < hash) low = middle + 1;
      else high = middle;
    }
    return low === this.#hashes.length ? 0 : low;
  }

  /** The member of an entry; entries go on from the last to the first. */
  memberAt(index: number): number {
    return this.#members[index % this.#members.length] ?? 0;
  }
}
