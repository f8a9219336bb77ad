import type { HeaderField } from "./header-field.ts";

/** The dynamic table of a decoder: a ring, the newest entry being number 0 (RFC 7541 §2.3.2). */
export class DynamicTable {
  /** As long as a power of two, and at first no longer than what most peers insert. */
  #ring: (HeaderField | undefined)[] = new Array(8).fill(undefined);
  /** Where the next entry goes. */
  #next = 0;
  #count = 0;
  #size = 0;
  #capacity: number;
  /** Changes whenever an entry comes or goes: indices mean the same only within one generation. */
  generation = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get count(): number {
    return this.#count;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** The entry `index` places behind the newest. */
  at(index: number): HeaderField | undefined {
    if (index >= this.#count) return undefined;
    return this.#ring[(this.#next - 1 - index) & (this.#ring.length - 1)];
  }

  setCapacity(capacity: number): void {
    this.#capacity = capacity;
    this.generation++;
    this.#evictTo(capacity);
  }

  /** Adds an entry; one that is larger than the table empties it (RFC 7541 §4.4). */
  insert(field: HeaderField): void {
    this.generation++;
    this.#evictTo(this.#capacity - field.size);
    if (field.size > this.#capacity) return;
    if (this.#count === this.#ring.length) this.#grow();
    this.#ring[this.#next] = field;
    this.#next = (this.#next + 1) & (this.#ring.length - 1);
    this.#count++;
    this.#size += field.size;
  }

  #evictTo(size: number): void {
    while (this.#count > 0 && this.#size > size) {
      const oldest = (this.#next - this.#count) & (this.#ring.length - 1);
      this.#size -= this.#ring[oldest]?.size ?? 0;
      this.#ring[oldest] = undefined;
      this.#count--;
    }
  }

  #grow(): void {
    const entries: (HeaderField | undefined)[] = [];
    for (let index = this.#count - 1; index >= 0; index--) entries.push(this.at(index));
    this.#ring = [...entries, ...new Array<undefined>(entries.length).fill(undefined)];
    this.#next = entries.length;
  }
}
