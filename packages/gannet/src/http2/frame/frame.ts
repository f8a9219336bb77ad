import { Http2Code, Http2Error } from "../http2-error.ts";

/** Frame types (RFC 9113 §6). */
export const FrameType = {
  Data: 0x0,
  Headers: 0x1,
  Priority: 0x2,
  RstStream: 0x3,
  Settings: 0x4,
  PushPromise: 0x5,
  Ping: 0x6,
  Goaway: 0x7,
  WindowUpdate: 0x8,
  Continuation: 0x9,
} as const;

/** Flags of frames. One bit means different things in different types. */
export const FrameFlag = { EndStream: 0x1, Ack: 0x1, EndHeaders: 0x4, Padded: 0x8, Priority: 0x20 } as const;

/** The fixed header of every frame (RFC 9113 §4.1). */
export const FRAME_HEADER_BYTES = 9;

/** What the payload of a frame may have unless SETTINGS_MAX_FRAME_SIZE says otherwise (§6.5.2). */
export const DEFAULT_FRAME_BYTES = 16_384;
export const MAX_FRAME_BYTES = 16_777_215;

/** Streams are numbered by 31 bits; the 32nd is reserved and ignored (§4.1, §5.1.1). */
export const MAX_STREAM_ID = 0x7fffffff;
/** The largest flow-control window (§6.9.1). */
export const MAX_WINDOW_BYTES = 0x7fffffff;
/** The window of a connection, and of streams unless a setting says otherwise (§6.9.2). */
export const DEFAULT_WINDOW_BYTES = 65_535;

/** Writes a frame header at `offset` and returns the offset after it. */
export function writeFrameHeader(
  out: Uint8Array,
  offset: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): number {
  out[offset] = length >>> 16;
  out[offset + 1] = length >>> 8;
  out[offset + 2] = length;
  out[offset + 3] = type;
  out[offset + 4] = flags;
  writeUint32(out, offset + 5, streamId);
  return offset + FRAME_HEADER_BYTES;
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

export function writeUint32(out: Uint8Array, at: number, value: number): number {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
  return at + 4;
}

/**
 * A frame that belongs to a stream came without one, or the other way round (§6, at each type).
 *
 * @throws Http2Error always
 */
export function failStreamId(name: string, streamId: number): never {
  const where = streamId === 0 ? "on stream 0" : "on a stream";
  throw new Http2Error(0, Http2Code.ProtocolError, `${name} ${where}`);
}

/**
 * A frame has not as many bytes as its type has (§4.2). This costs the connection even where the RFC lets it cost the
 * stream only (§5.4.2 allows that): the stream may be one that was never opened, and cannot be reset.
 *
 * @throws Http2Error always
 */
export function failLength(name: string, length: number, expected: string): never {
  throw new Http2Error(0, Http2Code.FrameSizeError, `${name} has ${length} bytes, ${expected}`);
}
