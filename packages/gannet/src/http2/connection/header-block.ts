import { Http2Code, Http2Error } from "../http2-error.ts";
import type { Limits } from "./connection-limits.ts";

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
  readonly #limits: Limits;
  /** When its first frame came; to be looked at now and then, see `checkTime`. */
  readonly #startedAt: number;
  readonly #pieces: Uint8Array[] = [];
  #byteLength = 0;

  constructor(streamId: number, endStream: boolean, limits: Limits, now: number) {
    this.streamId = streamId;
    this.endStream = endStream;
    this.#limits = limits;
    this.#startedAt = now;
  }

  /**
   * Keeps a copy of what a frame has of it.
   *
   * @throws Http2Error where it has too many frames or bytes to be a header (VU#421644, CVE-2026-33871)
   */
  add(bytes: Uint8Array, start: number, end: number): void {
    this.#pieces.push(Uint8Array.prototype.slice.call(bytes, start, end));
    this.#byteLength += end - start;
    const { maxContinuationFrames, maxHeaderListBytes } = this.#limits;
    // A block compresses well or not at all: one that is larger than the list may be cannot become a list.
    if (this.#pieces.length > maxContinuationFrames + 1 || this.#byteLength > 2 * maxHeaderListBytes) {
      const message = "a header block has too many frames or bytes";
      throw new Http2Error(0, Http2Code.EnhanceYourCalm, message, "continuation-flood");
    }
  }

  /** @throws Http2Error where it has not come whole in time: until it has, the peer's other streams stand still */
  checkTime(now: number): void {
    if (now - this.#startedAt < this.#limits.headerBlockTimeoutMs) return;
    const message = "a header block did not come whole in time";
    throw new Http2Error(0, Http2Code.EnhanceYourCalm, message, "header-block-timeout");
  }

  /** All of it, in one piece. */
  join(): Uint8Array {
    return Buffer.concat(this.#pieces, this.#byteLength);
  }
}
