/** Something that counts on from 0 within a compilation. */
interface Numbered {
  readonly ordinal: number;
}

/**
 * A set of files, one bit each. What a file sees is made of what the files it imports show, and a long chain of public
 * imports would make sets of objects that grow with the square of its length.
 */
export class FileSet {
  /** 32 files a word; words without a file are left out, as most sets have few files. */
  readonly #words = new Map<number, number>();

  add({ ordinal }: Numbered): void {
    this.#merge(ordinal >>> 5, 1 << (ordinal & 31));
  }

  addAll(other: FileSet): void {
    for (const [index, bits] of other.#words) this.#merge(index, bits);
  }

  has({ ordinal }: Numbered): boolean {
    return (((this.#words.get(ordinal >>> 5) ?? 0) >>> (ordinal & 31)) & 1) === 1;
  }

  /** Whether some file is in both sets. */
  intersects(other: FileSet): boolean {
    const [small, large] = this.#words.size < other.#words.size ? [this, other] : [other, this];
    for (const [index, bits] of small.#words) if ((bits & (large.#words.get(index) ?? 0)) !== 0) return true;
    return false;
  }

  /** The ordinals of its files, in order. */
  *ordinals(): Iterable<number> {
    for (const [index, bits] of [...this.#words].sort(([a], [b]) => a - b)) {
      for (let rest = bits; rest !== 0; rest &= rest - 1) yield index * 32 + 31 - Math.clz32(rest & -rest);
    }
  }

  #merge(index: number, bits: number): void {
    this.#words.set(index, (this.#words.get(index) ?? 0) | bits);
  }
}
