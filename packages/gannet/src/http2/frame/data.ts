import { Http2Code, Http2Error } from "../http2-error.ts";
import { FrameFlag, FrameType, failStreamId, writeFrameHeader } from "./frame.ts";
import type { FrameSink } from "./frame-sink.ts";

/**
 * Reads a DATA payload (RFC 9113 §6.1): a part of a stream's body, and padding.
 *
 * @throws Http2Error where it is on no stream, or is padded with more than it has
 */
export function parseData(
  bytes: Uint8Array,
  start: number,
  length: number,
  flags: number,
  streamId: number,
  sink: FrameSink,
): void {
  if (streamId === 0) failStreamId("DATA", streamId);
  const endStream = (flags & FrameFlag.EndStream) !== 0;
  if ((flags & FrameFlag.Padded) === 0) {
    sink.onData(streamId, bytes, start, start + length, length, endStream);
    return;
  }
  // The byte that says how long the padding is counts as payload: padding of all of it or more is an error.
  const padding = length > 0 ? bytes[start]! : 0;
  if (padding >= length) throw new Http2Error(0, Http2Code.ProtocolError, "DATA has more padding than payload");
  sink.onData(streamId, bytes, start + 1, start + length - padding, length, endStream);
}

/** Writes the header of a DATA frame, whose body of `length` bytes stands behind it, and returns the body's offset. */
export function writeDataHeader(
  out: Uint8Array,
  offset: number,
  length: number,
  streamId: number,
  endStream: boolean,
): number {
  return writeFrameHeader(out, offset, length, FrameType.Data, endStream ? FrameFlag.EndStream : 0, streamId);
}
