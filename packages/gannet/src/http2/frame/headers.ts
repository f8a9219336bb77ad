import { Http2Code, Http2Error } from "../http2-error.ts";
import { FrameFlag, FrameType, failStreamId, MAX_STREAM_ID, readUint32, writeFrameHeader } from "./frame.ts";
import type { FrameSink } from "./frame-sink.ts";
import { checkDependency, PRIORITY_BYTES } from "./priority.ts";

/**
 * Reads a HEADERS payload (RFC 9113 §6.2): padding, a priority that means nothing any more, and a header block or the
 * start of one.
 *
 * @throws Http2Error where it is on no stream, its fields reach beyond its end, or its stream depends on itself
 */
export function parseHeaders(
  bytes: Uint8Array,
  start: number,
  length: number,
  flags: number,
  streamId: number,
  sink: FrameSink,
): void {
  if (streamId === 0) failStreamId("HEADERS", streamId);
  let at = start;
  let end = start + length;
  if ((flags & (FrameFlag.Padded | FrameFlag.Priority)) !== 0) {
    if ((flags & FrameFlag.Padded) !== 0) {
      if (length > 0) end -= bytes[at]!;
      at++;
    }
    if ((flags & FrameFlag.Priority) !== 0) {
      if (at + PRIORITY_BYTES <= start + length) checkDependency(streamId, readUint32(bytes, at) & MAX_STREAM_ID);
      at += PRIORITY_BYTES;
    }
    if (at > end) throw new Http2Error(0, Http2Code.ProtocolError, "HEADERS has more padding than payload");
  }
  sink.onHeaders(streamId, bytes, at, end, (flags & FrameFlag.EndStream) !== 0, (flags & FrameFlag.EndHeaders) !== 0);
}

/** Writes the header of a HEADERS frame, whose block of `length` bytes stands behind it, and returns the block's offset. */
export function writeHeadersHeader(
  out: Uint8Array,
  offset: number,
  length: number,
  streamId: number,
  endStream: boolean,
  endHeaders: boolean,
): number {
  const flags = (endStream ? FrameFlag.EndStream : 0) | (endHeaders ? FrameFlag.EndHeaders : 0);
  return writeFrameHeader(out, offset, length, FrameType.Headers, flags, streamId);
}
