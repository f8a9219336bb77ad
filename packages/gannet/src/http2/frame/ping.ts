import { FrameFlag, FrameType, failLength, failStreamId, writeFrameHeader } from "./frame.ts";
import type { FrameSink } from "./frame-sink.ts";

export const PING_BYTES = 8;

/**
 * Reads a PING payload (RFC 9113 §6.7): eight bytes that are to be sent back, or that were.
 *
 * @throws Http2Error where it is on a stream, or has not 8 bytes
 */
export function parsePing(
  bytes: Uint8Array,
  start: number,
  length: number,
  flags: number,
  streamId: number,
  sink: FrameSink,
): void {
  if (streamId !== 0) failStreamId("PING", streamId);
  if (length !== PING_BYTES) failLength("PING", length, "not 8");
  const payload = bytes.subarray(start, start + length);
  if ((flags & FrameFlag.Ack) !== 0) sink.onPingAck(payload);
  else sink.onPing(payload);
}

/** Writes a PING frame at `offset` and returns the offset after it. */
export function writePing(out: Uint8Array, offset: number, payload: Uint8Array, isAck: boolean): number {
  const at = writeFrameHeader(out, offset, PING_BYTES, FrameType.Ping, isAck ? FrameFlag.Ack : 0, 0);
  out.set(payload, at);
  return at + PING_BYTES;
}
