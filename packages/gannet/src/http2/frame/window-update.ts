import { Http2Code, Http2Error } from "../http2-error.ts";
import { FrameType, failLength, MAX_WINDOW_BYTES, readUint32, writeFrameHeader, writeUint32 } from "./frame.ts";
import type { FrameSink } from "./frame-sink.ts";

const PAYLOAD_BYTES = 4;

/**
 * Reads a WINDOW_UPDATE payload (RFC 9113 §6.9): how many bytes more may be sent on a stream, or on all together.
 *
 * @throws Http2Error where it has not 4 bytes, or gives nothing
 */
export function parseWindowUpdate(
  bytes: Uint8Array,
  start: number,
  length: number,
  streamId: number,
  sink: FrameSink,
): void {
  if (length !== PAYLOAD_BYTES) failLength("WINDOW_UPDATE", length, "not 4");
  const increment = readUint32(bytes, start) & MAX_WINDOW_BYTES; // the top bit is reserved
  // On stream 0 this breaks the connection, elsewhere only the stream (§6.9).
  if (increment === 0) throw new Http2Error(streamId, Http2Code.ProtocolError, "WINDOW_UPDATE increment is 0");
  sink.onWindowUpdate(streamId, increment);
}

/** Writes a WINDOW_UPDATE frame at `offset` and returns the offset after it. */
export function writeWindowUpdate(out: Uint8Array, offset: number, streamId: number, increment: number): number {
  const at = writeFrameHeader(out, offset, PAYLOAD_BYTES, FrameType.WindowUpdate, 0, streamId);
  return writeUint32(out, at, increment);
}
