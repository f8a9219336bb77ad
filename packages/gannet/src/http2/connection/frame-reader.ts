import { FRAME_HEADER_BYTES, readUint32 } from "../frame/index.ts";
import { Http2Code, Http2Error } from "../http2-error.ts";

const NOTHING = new Uint8Array(0);

/** Takes frames as they come. The payload is valid during the call only. */
export interface FrameHandler {
  /** False once nothing more is to be read. */
  readonly isReading: boolean;
  onFrame(bytes: Uint8Array, start: number, length: number, type: number, flags: number, streamId: number): void;
}

/** Cuts chunks into frames (RFC 9113 §4.1). Only a frame that spans chunks is copied. */
export class FrameReader {
  readonly #handler: FrameHandler;
  readonly #maxFrameBytes: number;
  #partial: Uint8Array = NOTHING;
  #partialBytes = 0;

  constructor(handler: FrameHandler, maxFrameBytes: number) {
    this.#handler = handler;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /**
   * Reads all frames that `chunk` completes.
   *
   * @throws Http2Error for a frame that is too long, and what the handler throws
   */
  read(chunk: Uint8Array, from: number): void {
    let at = from;
    if (this.#partialBytes > 0) at = this.#complete(chunk, at);
    while (this.#handler.isReading && chunk.length - at >= FRAME_HEADER_BYTES) {
      const length = this.#lengthAt(chunk, at);
      if (chunk.length - at < FRAME_HEADER_BYTES + length) break;
      this.#emit(chunk, at, length);
      at += FRAME_HEADER_BYTES + length;
    }
    if (at < chunk.length && this.#handler.isReading) this.#keep(chunk, at, chunk.length);
  }

  /** Goes on with a frame that an earlier chunk started. Returns the offset behind it, or the end. */
  #complete(chunk: Uint8Array, from: number): number {
    let at = from;
    if (this.#partialBytes < FRAME_HEADER_BYTES) {
      at = this.#keep(chunk, at, Math.min(chunk.length, at + FRAME_HEADER_BYTES - this.#partialBytes));
      if (this.#partialBytes < FRAME_HEADER_BYTES) return at;
    }
    const length = this.#lengthAt(this.#partial, 0);
    const missing = FRAME_HEADER_BYTES + length - this.#partialBytes;
    at = this.#keep(chunk, at, Math.min(chunk.length, at + missing));
    if (this.#partialBytes < FRAME_HEADER_BYTES + length) return at;
    const frame = this.#partial;
    // The handler may keep nothing of it, so that the buffer serves for the next one.
    this.#partialBytes = 0;
    this.#emit(frame, 0, length);
    return at;
  }

  #keep(chunk: Uint8Array, start: number, end: number): number {
    const needed = this.#partialBytes + end - start;
    if (needed > this.#partial.length) {
      const grown = Buffer.allocUnsafeSlow(
        Math.max(needed, Math.min(2 * needed, FRAME_HEADER_BYTES + this.#maxFrameBytes)),
      );
      grown.set(this.#partial.subarray(0, this.#partialBytes));
      this.#partial = grown;
    }
    this.#partial.set(chunk.subarray(start, end), this.#partialBytes);
    this.#partialBytes = needed;
    return end;
  }

  /** §4.2: what is longer than we said is refused at its header, as a header block in it would change HPACK's table. */
  #lengthAt(bytes: Uint8Array, at: number): number {
    const length = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    if (length > this.#maxFrameBytes) {
      throw new Http2Error(
        0,
        Http2Code.FrameSizeError,
        `a frame of ${length} bytes is longer than ${this.#maxFrameBytes}`,
      );
    }
    return length;
  }

  #emit(bytes: Uint8Array, at: number, length: number): void {
    const streamId = readUint32(bytes, at + 5) & 0x7fffffff;
    this.#handler.onFrame(bytes, at + FRAME_HEADER_BYTES, length, bytes[at + 3] ?? 0, bytes[at + 4] ?? 0, streamId);
  }
}
