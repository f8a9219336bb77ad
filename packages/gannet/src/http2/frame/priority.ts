import { Http2Code, Http2Error } from "../http2-error.ts";
import {
  FrameType,
  failLength,
  failStreamId,
  MAX_STREAM_ID,
  readUint32,
  writeFrameHeader,
  writeUint32,
} from "./frame.ts";
import type { FrameSink } from "./frame-sink.ts";

/** A dependency and a weight. */
export const PRIORITY_BYTES = 5;

/**
 * Reads a PRIORITY payload (RFC 9113 §6.3). Priorities mean nothing any more (§5.3.2); peers of old send them, and what is
 * wrong with them is still an error.
 *
 * @throws Http2Error where it is on no stream, has not 5 bytes, or the stream depends on itself
 */
export function parsePriority(
  bytes: Uint8Array,
  start: number,
  length: number,
  streamId: number,
  sink: FrameSink,
): void {
  if (streamId === 0) failStreamId("PRIORITY", streamId);
  if (length !== PRIORITY_BYTES) failLength("PRIORITY", length, "not 5");
  const dependency = readUint32(bytes, start) & MAX_STREAM_ID;
  checkDependency(streamId, dependency);
  sink.onPriority(streamId, dependency);
}

/**
 * Only a broken peer makes a stream depend on itself (RFC 7540 §5.3.1). It costs the connection rather than the stream,
 * which may be one that was never opened.
 *
 * @throws Http2Error where it does
 */
export function checkDependency(streamId: number, dependency: number): void {
  if (dependency === streamId) throw new Http2Error(0, Http2Code.ProtocolError, "a stream depends on itself");
}

/**
 * Writes a PRIORITY frame at `offset` and returns the offset after it.
 *
 * @param weight 1 to 256
 */
export function writePriority(
  out: Uint8Array,
  offset: number,
  streamId: number,
  dependency: number,
  weight: number,
): number {
  const at = writeFrameHeader(out, offset, PRIORITY_BYTES, FrameType.Priority, 0, streamId);
  const weightAt = writeUint32(out, at, dependency);
  out[weightAt] = weight - 1;
  return weightAt + 1;
}
