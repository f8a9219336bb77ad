import { readHigh, readLow, setInt64, splitDouble, splitFloat } from "./numbers.ts";
import { writeUtf8 } from "./utf8.ts";

/** Writes an unsigned number of 32 bits, or the bits of a signed one, as a varint. Returns the offset behind it. */
export function writeVarint32(bytes: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = value >>> 0;
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

/** Writes an int32. A negative one takes ten bytes, as if it had 64 bits. */
export function writeInt32(bytes: Uint8Array, offset: number, value: number): number {
  return value < 0 ? writeHalves(bytes, offset, value, -1) : writeVarint32(bytes, offset, value);
}

/** Writes a sint32: the sign is the lowest bit. */
export function writeSint32(bytes: Uint8Array, offset: number, value: number): number {
  return writeVarint32(bytes, offset, (value << 1) ^ (value >> 31));
}

/** Writes an int64 or uint64. */
export function writeVarint64(bytes: Uint8Array, offset: number, value: bigint): number {
  setInt64(value);
  return writeHalves(bytes, offset, readLow(), readHigh());
}

/** Writes a sint64: the sign is the lowest bit. */
export function writeSint64(bytes: Uint8Array, offset: number, value: bigint): number {
  setInt64(value);
  const low = readLow();
  const high = readHigh();
  const sign = high >> 31;
  return writeHalves(bytes, offset, (low << 1) ^ sign, ((high << 1) | (low >>> 31)) ^ sign);
}

function writeHalves(bytes: Uint8Array, offset: number, low: number, high: number): number {
  let at = offset;
  let rest = low >>> 0;
  let more = high >>> 0;
  while (more !== 0) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest = ((more << 25) | (rest >>> 7)) >>> 0;
    more >>>= 7;
  }
  return writeVarint32(bytes, at, rest);
}

/** Writes four bytes, the lowest first: a fixed32 or sfixed32. */
export function writeFixed32(bytes: Uint8Array, offset: number, value: number): number {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
  bytes[offset + 2] = value >>> 16;
  bytes[offset + 3] = value >>> 24;
  return offset + 4;
}

/** Writes eight bytes, the lowest first: a fixed64 or sfixed64. */
export function writeFixed64(bytes: Uint8Array, offset: number, value: bigint): number {
  setInt64(value);
  return writeFixed32(bytes, writeFixed32(bytes, offset, readLow()), readHigh());
}

export function writeFloat(bytes: Uint8Array, offset: number, value: number): number {
  return writeFixed32(bytes, offset, splitFloat(value));
}

export function writeDouble(bytes: Uint8Array, offset: number, value: number): number {
  splitDouble(value);
  return writeFixed32(bytes, writeFixed32(bytes, offset, readLow()), readHigh());
}

/** How many bytes a length takes as a varint. */
function lengthBytes(length: number): number {
  return length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : length < 0x10000000 ? 4 : 5;
}

/** Writes text with its length before it. */
export function writeString(bytes: Uint8Array, offset: number, text: string): number {
  // As many bytes as characters, mostly.
  const guessed = lengthBytes(text.length);
  const start = offset + guessed;
  const end = writeUtf8(bytes, start, text);
  const byteLength = end - start;
  if (byteLength < 0x80 && guessed === 1) {
    bytes[offset] = byteLength;
    return end;
  }
  return closeLength(bytes, offset, guessed, end);
}

/**
 * Writes the length of what stands behind room that was left for it. Where the room is not as wide as the length, what
 * stands behind it moves.
 *
 * @param at where the room is
 * @param room how many bytes were left
 * @param end the end of what stands behind it
 * @returns its end now
 */
export function closeLength(bytes: Uint8Array, at: number, room: number, end: number): number {
  const length = end - at - room;
  const needed = lengthBytes(length);
  if (needed !== room) bytes.copyWithin(at + needed, at + room, end);
  writeVarint32(bytes, at, length);
  return end + needed - room;
}

/** Below this a loop costs less than a call into the engine. */
const LOOP_BYTES = 32;

/** Writes bytes without their length. */
export function writeRaw(bytes: Uint8Array, offset: number, value: Uint8Array): number {
  const length = value.length;
  if (length > LOOP_BYTES) bytes.set(value, offset);
  else for (let index = 0; index < length; index++) bytes[offset + index] = value[index]!;
  return offset + length;
}

/** Writes bytes with their length before them. */
export function writeBytes(bytes: Uint8Array, offset: number, value: Uint8Array): number {
  return writeRaw(bytes, writeVarint32(bytes, offset, value.length), value);
}
