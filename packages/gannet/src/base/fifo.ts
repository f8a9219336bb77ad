/** First in, first out: a ring that grows as it must, and takes no room before it is used. */
export class Fifo<T> {
  #slots: (T | undefined)[] = [];
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(value: T): void {
    if (this.#size === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#size) & (this.#slots.length - 1)] = value;
    this.#size++;
  }

  /** The one that came first; undefined where there is none. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const value = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#size--;
    return value;
  }

  /** Everything, in order. Nothing is left. */
  takeAll(): T[] {
    const { length } = this.#slots;
    const values: T[] = [];
    for (let index = 0; index < this.#size; index++) values.push(this.#slots[(this.#head + index) & (length - 1)] as T);
    this.clear();
    return values;
  }

  clear(): void {
    this.#slots = [];
    this.#head = 0;
    this.#size = 0;
  }

  /** Doubles the room, always a power of two, and straightens the ring. */
  #grow(): void {
    const slots = this.#slots;
    const grown = new Array<T | undefined>(Math.max(4, slots.length * 2)).fill(undefined);
    for (let index = 0; index < this.#size; index++) grown[index] = slots[(this.#head + index) & (slots.length - 1)];
    this.#slots = grown;
    this.#head = 0;
  }
}
