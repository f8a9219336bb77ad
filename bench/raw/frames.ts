/** Frames of HTTP/2 as bytes: just what these programs send. RFC 9113 §4.1, §6. */
export const PREFACE: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
export const FRAME_HEADER_BYTES = 9;
export const MAX_FRAME_BYTES = 16_384;
export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;
const INITIAL_WINDOW_SIZE = 4;

/** What an answer opens with, and ends with where all is well. RFC 7541 §6.1, §6.2.2. */
export const HEADER_BLOCK: Buffer = Buffer.concat([
  Buffer.from([0x88, 0x0f, 0x10, 16]),
  Buffer.from("application/grpc"),
]);
export const TRAILER_BLOCK: Buffer = Buffer.concat([
  Buffer.from([0x00, 11]),
  Buffer.from("grpc-status"),
  Buffer.from([1, 0x30]),
]);

/** A whole frame. */
export function frame(type: number, flags: number, streamId: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  bytes.set(payload, writeFrameHeader(bytes, 0, payload.length, type, flags, streamId));
  return bytes;
}

/** A WINDOW_UPDATE. */
export function credit(streamId: number, byteCount: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(byteCount);
  return frame(WINDOW_UPDATE, 0, streamId, payload);
}

/** SETTINGS that give each stream so much to send. */
export function windowSettings(byteCount: number): Buffer {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(INITIAL_WINDOW_SIZE);
  payload.writeUInt32BE(byteCount, 2);
  return frame(SETTINGS, 0, 0, payload);
}

/** What the settings of a peer say of our streams' windows; undefined where they do not. */
export function readInitialWindow(bytes: Buffer, start: number, end: number): number | undefined {
  for (let offset = start; offset + 6 <= end; offset += 6) {
    if (bytes.readUInt16BE(offset) === INITIAL_WINDOW_SIZE) return bytes.readUInt32BE(offset + 2);
  }
  return undefined;
}

/** Returns the offset behind it. */
export function writeFrameHeader(
  bytes: Buffer,
  offset: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): number {
  bytes[offset] = length >>> 16;
  bytes[offset + 1] = length >>> 8;
  bytes[offset + 2] = length;
  bytes[offset + 3] = type;
  bytes[offset + 4] = flags;
  bytes.writeUInt32BE(streamId, offset + 5);
  return offset + FRAME_HEADER_BYTES;
}

/** Returns the offset behind it. */
export function writeFrame(
  bytes: Buffer,
  offset: number,
  type: number,
  flags: number,
  streamId: number,
  payload: Buffer,
): number {
  const start = writeFrameHeader(bytes, offset, payload.length, type, flags, streamId);
  return start + payload.copy(bytes, start);
}
