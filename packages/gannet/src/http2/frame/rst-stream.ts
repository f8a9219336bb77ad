import { FrameType, failLength, failStreamId, readUint32, writeFrameHeader, writeUint32 } from "./frame.ts";
import type { FrameSink } from "./frame-sink.ts";

const PAYLOAD_BYTES = 4;

/**
 * Reads a RST_STREAM payload (RFC 9113 §6.4): the end of a stream, and why.
 *
 * @throws Http2Error where it is on no stream, or has not 4 bytes
 */
export function parseRstStream(
  bytes: Uint8Array,
  start: number,
  length: number,
  streamId: number,
  sink: FrameSink,
): void {
  if (streamId === 0) failStreamId("RST_STREAM", streamId);
  if (length !== PAYLOAD_BYTES) failLength("RST_STREAM", length, "not 4");
  sink.onRstStream(streamId, readUint32(bytes, start));
}

/** Writes a RST_STREAM frame at `offset` and returns the offset after it. */
export function writeRstStream(out: Uint8Array, offset: number, streamId: number, http2Code: number): number {
  const at = writeFrameHeader(out, offset, PAYLOAD_BYTES, FrameType.RstStream, 0, streamId);
  return writeUint32(out, at, http2Code);
}
