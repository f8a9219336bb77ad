import {
  FRAME_HEADER_BYTES,
  FrameType,
  failLength,
  failStreamId,
  MAX_STREAM_ID,
  readUint32,
  writeFrameHeader,
  writeUint32,
} from "./frame.ts";
import type { FrameSink } from "./frame-sink.ts";

/** The last stream and a code; words for people may follow. */
const FIXED_BYTES = 8;

/**
 * Reads a GOAWAY payload (RFC 9113 §6.8): the last stream that the peer looks at, why, and words for people.
 *
 * @throws Http2Error where it is on a stream, or has less than 8 bytes
 */
export function parseGoaway(bytes: Uint8Array, start: number, length: number, streamId: number, sink: FrameSink): void {
  if (streamId !== 0) failStreamId("GOAWAY", streamId);
  if (length < FIXED_BYTES) failLength("GOAWAY", length, "less than 8");
  const lastStreamId = readUint32(bytes, start) & MAX_STREAM_ID;
  sink.onGoaway(lastStreamId, readUint32(bytes, start + 4), bytes, start + FIXED_BYTES, start + length);
}

/** The bytes of a GOAWAY frame with words of `debugBytes` bytes. */
export function goawayBytes(debugBytes: number): number {
  return FRAME_HEADER_BYTES + FIXED_BYTES + debugBytes;
}

/** Writes a GOAWAY frame at `offset` and returns the offset after it. */
export function writeGoaway(
  out: Uint8Array,
  offset: number,
  lastStreamId: number,
  http2Code: number,
  debug: Uint8Array,
): number {
  let at = writeFrameHeader(out, offset, FIXED_BYTES + debug.length, FrameType.Goaway, 0, 0);
  at = writeUint32(out, at, lastStreamId);
  at = writeUint32(out, at, http2Code);
  out.set(debug, at);
  return at + debug.length;
}
