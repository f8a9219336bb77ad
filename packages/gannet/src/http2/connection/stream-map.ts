import type { Http2Stream } from "../stream/index.ts";

const LEAST_SLOTS = 8;
const MOST_SLOTS = 4096;

/**
 * Streams by their number, all odd or all even. Nearly every stream has a slot of its own, as numbers only ever grow; one
 * whose slot is taken goes into a map, so that a peer which chooses its numbers gains nothing.
 *
 * Why not a map alone: V8 links the table that a Map has outgrown to the one behind it. Once an old one has aged, the
 * garbage collector keeps all behind it, with the calls that were open then: async handlers took 2.1 instead of 0.8 µs a
 * call, and with an interceptor 4 instead of 1.3, in every second process.
 */
export class StreamMap {
  #slots: (Http2Stream | undefined)[] = createSlots(LEAST_SLOTS);
  /** Made with the first whose slot is taken. */
  #others: Map<number, Http2Stream> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): Http2Stream | undefined {
    const stream = this.#slots[(id >>> 1) & (this.#slots.length - 1)];
    if (stream !== undefined && stream.id === id) return stream;
    return this.#others?.get(id);
  }

  /** Adds a stream whose number is new. */
  add(stream: Http2Stream): void {
    this.#size++;
    if (this.#size > this.#slots.length / 2 && this.#slots.length < MOST_SLOTS) this.#grow();
    this.#place(stream);
  }

  /** Does nothing where there is none of this number. */
  remove(id: number): void {
    const slot = (id >>> 1) & (this.#slots.length - 1);
    const stream = this.#slots[slot];
    if (stream !== undefined && stream.id === id) this.#slots[slot] = undefined;
    else if (this.#others?.delete(id) !== true) return;
    this.#size--;
  }

  /** All of them by number: a copy. */
  all(): Http2Stream[] {
    const found = this.#others === undefined ? [] : [...this.#others.values()];
    for (const stream of this.#slots) if (stream !== undefined) found.push(stream);
    return found.sort((a, b) => a.id - b.id);
  }

  #place(stream: Http2Stream): void {
    const slot = (stream.id >>> 1) & (this.#slots.length - 1);
    if (this.#slots[slot] === undefined) this.#slots[slot] = stream;
    else this.#addOther(stream);
  }

  #addOther(stream: Http2Stream): void {
    this.#others ??= new Map();
    this.#others.set(stream.id, stream);
  }

  #grow(): void {
    const streams = this.all();
    this.#others = undefined;
    this.#slots = createSlots(this.#slots.length * 2);
    for (const stream of streams) this.#place(stream);
  }
}

function createSlots(count: number): (Http2Stream | undefined)[] {
  return new Array<Http2Stream | undefined>(count).fill(undefined);
}
