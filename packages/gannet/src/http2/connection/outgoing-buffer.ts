import type { BytePipe } from "./byte-pipe.ts";
import { SEGMENT_BYTES, type SegmentPool } from "./segment-pool.ts";

/** From this size on, handing bytes over costs less than copying them. */
const COPY_LIMIT_BYTES = 32 * 1024;
const NOTHING = new Uint8Array(0);

/** Frames on their way out. They are written in place, one behind the other, and leave together. */
export class OutgoingBuffer {
  bytes: Uint8Array = NOTHING;
  offset = 0;
  /** How often something was handed over. */
  flushes = 0;
  readonly #pipe: BytePipe;
  readonly #segments: SegmentPool;

  constructor(pipe: BytePipe, segments: SegmentPool) {
    this.#pipe = pipe;
    this.#segments = segments;
  }

  /** Makes sure that `byteLength` bytes fit behind `offset`. What stands before may leave for it. */
  reserve(byteLength: number): void {
    if (this.bytes.length - this.offset >= byteLength) return;
    this.flush();
    this.bytes = this.#segments.take(byteLength);
  }

  /** Hands over what has been written so far. */
  flush(): void {
    if (this.offset > 0) {
      this.flushes++;
      // To learn of it later costs more than a small segment.
      const onFree = this.bytes.length > SEGMENT_BYTES ? this.#segments.give : undefined;
      if (this.#pipe.write(this.bytes, this.offset, onFree)) this.#segments.give(this.bytes);
    }
    this.offset = 0;
    this.bytes = NOTHING;
  }

  /** Adds bytes that nobody will change any more. */
  append(owned: Uint8Array): void {
    if (owned.length <= COPY_LIMIT_BYTES) {
      this.reserve(owned.length);
      this.bytes.set(owned, this.offset);
      this.offset += owned.length;
      return;
    }
    this.flush();
    this.#pipe.writeOwned(owned);
  }
}
