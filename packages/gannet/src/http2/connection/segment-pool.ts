/** What one write takes at most. Replies to a turn's requests mostly fit one. */
export const SEGMENT_BYTES: number = 64 * 1024;
const KEPT_SEGMENTS = 16;

/** Buffers for what is about to be sent. Shared by connections, so that an idle one holds none. */
export class SegmentPool {
  readonly #free: Uint8Array[] = [];

  take(): Uint8Array {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(SEGMENT_BYTES);
  }

  /** Takes back a segment that nobody reads any more. */
  give(segment: Uint8Array): void {
    if (segment.length === SEGMENT_BYTES && this.#free.length < KEPT_SEGMENTS) this.#free.push(segment);
  }
}
