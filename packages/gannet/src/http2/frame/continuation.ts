import { FrameFlag, FrameType, failStreamId, writeFrameHeader } from "./frame.ts";
import type { FrameSink } from "./frame-sink.ts";

/**
 * Reads a CONTINUATION payload (RFC 9113 §6.10): more of the header block of the frame before it. That there is one is
 * for the sink to know.
 *
 * @throws Http2Error where it is on no stream
 */
export function parseContinuation(
  bytes: Uint8Array,
  start: number,
  length: number,
  flags: number,
  streamId: number,
  sink: FrameSink,
): void {
  if (streamId === 0) failStreamId("CONTINUATION", streamId);
  sink.onContinuation(streamId, bytes, start, start + length, (flags & FrameFlag.EndHeaders) !== 0);
}

/** Writes the header of a CONTINUATION frame, whose `length` bytes stand behind it, and returns their offset. */
export function writeContinuationHeader(
  out: Uint8Array,
  offset: number,
  length: number,
  streamId: number,
  endHeaders: boolean,
): number {
  const flags = endHeaders ? FrameFlag.EndHeaders : 0;
  return writeFrameHeader(out, offset, length, FrameType.Continuation, flags, streamId);
}
