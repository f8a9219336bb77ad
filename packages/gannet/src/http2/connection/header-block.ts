import { Http2Code, Http2Error } from "../http2-error.ts";

/** Frames behind HEADERS: with frames of the least size they hold four times the largest header that we take. */
const MAX_CONTINUATIONS = 8;

/**
 * A header block that is spread over several frames (RFC 9113 §4.3, §6.10). Between the first and the last of them nothing
 * else may come, on any stream, so that there is one at most.
 *
 *             HEADERS without END_HEADERS        CONTINUATION without END_HEADERS
 *   +------+------------------------------>+------+---+
 *   | none |                               | open |   |
 *   +------+<------------------------------+------+<--+
 *             CONTINUATION with END_HEADERS:  |
 *             the block is whole              | any other frame, another stream, too much of it
 *                                             v
 *                                         the connection is broken
 */
export class HeaderBlock {
  readonly streamId: number;
  readonly endStream: boolean;
  readonly #maxBytes: number;
  readonly #pieces: Uint8Array[] = [];
  #byteLength = 0;

  /** @param maxBytes what all frames of it may have together */
  constructor(streamId: number, endStream: boolean, maxBytes: number) {
    this.streamId = streamId;
    this.endStream = endStream;
    this.#maxBytes = maxBytes;
  }

  /**
   * Keeps a copy of what a frame has of it.
   *
   * @throws Http2Error where it has too many frames or bytes to be a header (VU#421644)
   */
  add(bytes: Uint8Array, start: number, end: number): void {
    this.#pieces.push(Uint8Array.prototype.slice.call(bytes, start, end));
    this.#byteLength += end - start;
    if (this.#pieces.length > MAX_CONTINUATIONS + 1 || this.#byteLength > this.#maxBytes) {
      const message = "a header block has too many frames or bytes";
      throw new Http2Error(0, Http2Code.EnhanceYourCalm, message, "continuation-flood");
    }
  }

  /** All of it, in one piece. */
  join(): Uint8Array {
    return Buffer.concat(this.#pieces, this.#byteLength);
  }
}
