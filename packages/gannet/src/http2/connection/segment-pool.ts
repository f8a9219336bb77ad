/** What one write takes at most, of what is small. Replies to a turn's requests mostly fit one. */
export const SEGMENT_BYTES: number = 64 * 1024;
const KEPT_SEGMENTS = 16;
/** For messages that are larger, several to a write (`npm run bench -- stream`). */
const LARGE_SEGMENT_BYTES = 256 * 1024;
const KEPT_LARGE_SEGMENTS = 4;

/** Buffers for what is about to be sent. Shared by connections, so that an idle one holds none. */
export class SegmentPool {
  readonly #free: Uint8Array[] = [];
  readonly #freeLarge: Uint8Array[] = [];

  /** One with room for so many bytes. */
  take(byteLength: number): Uint8Array {
    if (byteLength <= SEGMENT_BYTES) return this.#free.pop() ?? Buffer.allocUnsafeSlow(SEGMENT_BYTES);
    if (byteLength > LARGE_SEGMENT_BYTES) return Buffer.allocUnsafeSlow(byteLength);
    return this.#freeLarge.pop() ?? Buffer.allocUnsafeSlow(LARGE_SEGMENT_BYTES);
  }

  /** Takes back a segment that nobody reads any more. To be called without its pool, too. */
  readonly give = (segment: Uint8Array): void => {
    const isLarge = segment.length === LARGE_SEGMENT_BYTES;
    if (!isLarge && segment.length !== SEGMENT_BYTES) return;
    const free = isLarge ? this.#freeLarge : this.#free;
    if (free.length < (isLarge ? KEPT_LARGE_SEGMENTS : KEPT_SEGMENTS)) free.push(segment);
  };
}
