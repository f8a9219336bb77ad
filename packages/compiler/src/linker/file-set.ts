/** Something that counts on from 0 within a compilation. */
interface Numbered {
  readonly ordinal: number;
}

/**
 * A set of files, one bit each. What a file sees is made of what the files it imports show, and a long chain of public
 * imports would make sets of objects that grow with the square of its length.
 */
export class FileSet {
  #words = new Uint32Array(1);

  add({ ordinal }: Numbered): void {
    const index = ordinal >>> 5;
    this.#reserve(index + 1);
    this.#words[index] = (this.#words[index] ?? 0) | (1 << (ordinal & 31));
  }

  addAll(other: FileSet): void {
    this.#reserve(other.#words.length);
    for (const [index, word] of other.#words.entries()) this.#words[index] = (this.#words[index] ?? 0) | word;
  }

  has({ ordinal }: Numbered): boolean {
    return (((this.#words[ordinal >>> 5] ?? 0) >>> (ordinal & 31)) & 1) === 1;
  }

  /** Whether some file is in both sets. */
  intersects(other: FileSet): boolean {
    const length = Math.min(this.#words.length, other.#words.length);
    for (let index = 0; index < length; index++) {
      if (((this.#words[index] ?? 0) & (other.#words[index] ?? 0)) !== 0) return true;
    }
    return false;
  }

  /** The ordinals of its files, in order. */
  *ordinals(): Iterable<number> {
    for (const [index, word] of this.#words.entries()) {
      for (let rest = word; rest !== 0; rest &= rest - 1) yield index * 32 + 31 - Math.clz32(rest & -rest);
    }
  }

  #reserve(words: number): void {
    if (words <= this.#words.length) return;
    const grown = new Uint32Array(Math.max(words, this.#words.length * 2));
    grown.set(this.#words);
    this.#words = grown;
  }
}
