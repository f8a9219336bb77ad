import { Http2Code, Http2Error } from "../http2-error.ts";
import { FrameFlag, failLength, failStreamId, MAX_STREAM_ID, readUint32 } from "./frame.ts";
import type { FrameSink } from "./frame-sink.ts";

const PROMISED_ID_BYTES = 4;

/**
 * Reads as much of a PUSH_PROMISE payload (RFC 9113 §6.6) as it takes to say what is wrong with it. A client that has
 * disabled push, as ours does, refuses one that is well-formed too (§8.4), so that its header block is of no use; and
 * there is nothing that writes one.
 *
 * @throws Http2Error where it is on no stream, its fields reach beyond its end, or no server could open what it promises
 */
export function parsePushPromise(
  bytes: Uint8Array,
  start: number,
  length: number,
  flags: number,
  streamId: number,
  sink: FrameSink,
): void {
  if (streamId === 0) failStreamId("PUSH_PROMISE", streamId);
  const isPadded = (flags & FrameFlag.Padded) !== 0;
  const at = isPadded ? start + 1 : start;
  if (at + PROMISED_ID_BYTES > start + length) failLength("PUSH_PROMISE", length, "too few for what it promises");
  const padding = isPadded ? bytes[start]! : 0;
  if (at + PROMISED_ID_BYTES + padding > start + length) {
    throw new Http2Error(0, Http2Code.ProtocolError, "PUSH_PROMISE has more padding than payload");
  }
  const promisedId = readUint32(bytes, at) & MAX_STREAM_ID;
  // Streams of servers are even (§5.1.1).
  if (promisedId === 0 || (promisedId & 1) === 1) {
    throw new Http2Error(0, Http2Code.ProtocolError, `PUSH_PROMISE of stream ${promisedId}, which is no server's`);
  }
  sink.onPushPromise(streamId, promisedId);
}
