/** What Node's buffers can do with any bytes. Where there is no Node, `TextEncoder` and `TextDecoder` do it, slower. */
interface NativeText {
  readonly latin1Slice: (this: Uint8Array, start: number, end: number) => string;
  readonly utf8Slice: (this: Uint8Array, start: number, end: number) => string;
  readonly utf8Write: (this: Uint8Array, text: string, at: number, maxBytes: number) => number;
}

interface BufferClass {
  readonly prototype: NativeText;
  byteLength(text: string, encoding: "utf8"): number;
}

const buffers = (globalThis as { readonly Buffer?: BufferClass }).Buffer;
const native: NativeText | undefined = buffers?.prototype;
const encoder = new TextEncoder();
/** A leading U+FEFF is text in protobuf, not a mark. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** From here on a loop over characters costs more than a call into the engine. */
const LOOP_CHARACTERS = 32;
/** How many bytes a character takes at most. */
const LONGEST_CHARACTER = 4;
const REPLACEMENT = "\uFFFD";

/**
 * Writes text as UTF-8 and returns the offset behind it. Halves of surrogate pairs become U+FFFD. Three bytes a
 * character have to have room.
 */
export function writeUtf8(bytes: Uint8Array, at: number, text: string): number {
  const { length } = text;
  if (length > LOOP_CHARACTERS) return writeLongUtf8(bytes, at, text);
  let end = at;
  let all = 0;
  let index = 0;
  // By fours, which takes two thirds of the time.
  for (const last = length - 3; index < last; index += 4) {
    const first = text.charCodeAt(index);
    const second = text.charCodeAt(index + 1);
    const third = text.charCodeAt(index + 2);
    const fourth = text.charCodeAt(index + 3);
    all |= first | second | third | fourth;
    bytes[end] = first;
    bytes[end + 1] = second;
    bytes[end + 2] = third;
    bytes[end + 3] = fourth;
    end += 4;
  }
  for (; index < length; index++) {
    const code = text.charCodeAt(index);
    all |= code;
    bytes[end++] = code;
  }
  return all > 0x7f ? writeLongUtf8(bytes, at, text) : end;
}

function writeLongUtf8(bytes: Uint8Array, at: number, text: string): number {
  const written =
    native === undefined
      ? encoder.encodeInto(text, bytes.subarray(at)).written
      : native.utf8Write.call(bytes, text, at, bytes.length - at);
  const end = at + written;
  // Neither says that it has stopped for want of room: that is the end of text which has less room than it needs.
  return bytes.length - end >= LONGEST_CHARACTER ? end : at + utf8ByteLength(text);
}

/** How many bytes text takes as UTF-8. */
export function utf8ByteLength(text: string): number {
  return buffers === undefined ? encoder.encode(text).length : buffers.byteLength(text, "utf8");
}

/**
 * The text from `start` to `end`. What is no UTF-8 becomes U+FFFD.
 *
 * @param isStrict whether that is an error instead: then undefined is returned
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number, isStrict: boolean): string | undefined {
  const text =
    native === undefined ? decoder.decode(bytes.subarray(start, end)) : native.utf8Slice.call(bytes, start, end);
  // Rare, and either in the text or put there for what is none.
  if (!text.includes(REPLACEMENT)) return text;
  try {
    return (isStrict ? strictDecoder : decoder).decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

/** The bytes from `start` to `end`, all of them below 0x80, as text. */
export function decodeAscii(bytes: Uint8Array, start: number, end: number): string {
  if (native !== undefined) return native.latin1Slice.call(bytes, start, end);
  return decoder.decode(bytes.subarray(start, end));
}

/** The bytes from `start` to `end` as text with one character for each; undefined where the platform has no such thing. */
export function decodeLatin1(bytes: Uint8Array, start: number, end: number): string | undefined {
  return native?.latin1Slice.call(bytes, start, end);
}

/** Up to so many characters `String.fromCharCode` takes a half to a third of what a call into the engine does. */
export const SHORT_CHARACTERS = 16;
const { fromCharCode } = String;

/** The text of up to 16 bytes, all of them below 0x80. As arguments, since putting texts together costs more. */
export function decodeShortAscii(b: Uint8Array, at: number, length: number): string {
  // biome-ignore format: one line for each length
  switch (length) {
    case 1: return fromCharCode(b[at]!);
    case 2: return fromCharCode(b[at]!, b[at + 1]!);
    case 3: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!);
    case 4: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!);
    case 5: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!);
    case 6: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!);
    case 7: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!);
    case 8: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!);
    case 9: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!, b[at + 8]!);
    case 10: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!, b[at + 8]!, b[at + 9]!);
    case 11: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!, b[at + 8]!, b[at + 9]!, b[at + 10]!);
    case 12: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!, b[at + 8]!, b[at + 9]!, b[at + 10]!, b[at + 11]!);
    case 13: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!, b[at + 8]!, b[at + 9]!, b[at + 10]!, b[at + 11]!, b[at + 12]!);
    case 14: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!, b[at + 8]!, b[at + 9]!, b[at + 10]!, b[at + 11]!, b[at + 12]!, b[at + 13]!);
    case 15: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!, b[at + 8]!, b[at + 9]!, b[at + 10]!, b[at + 11]!, b[at + 12]!, b[at + 13]!, b[at + 14]!);
    case 16: return fromCharCode(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!, b[at + 8]!, b[at + 9]!, b[at + 10]!, b[at + 11]!, b[at + 12]!, b[at + 13]!, b[at + 14]!, b[at + 15]!);
    default: return decodeAscii(b, at, at + length);
  }
}
