/** What a byte that is no part of UTF-8 is added to: half of a surrogate pair, as no UTF-8 can have. */
const RAW = 0xdc00;
const RAW_BYTES = /[\udc80-\udcff]/u;
const FIRST_NO_ASCII = 0x80;

/**
 * Decodes UTF-8 and keeps what is none: such a byte becomes a character of its own, half of a surrogate pair (PEP 383),
 * which `encodeRaw` makes a byte again.
 */
export function decodeRaw(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      if (start < at) text += decoder.decode(bytes.subarray(start, at));
      text += String.fromCharCode(RAW + (bytes[at] ?? 0));
      start = at + 1;
    }
    at += Math.max(1, length);
  }
  return text + decoder.decode(bytes.subarray(start));
}

/** The bytes of text that `decodeRaw` made. */
export function encodeRaw(text: string): Uint8Array {
  const encoder = new TextEncoder();
  if (!hasRawBytes(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= RAW + FIRST_NO_ASCII && code <= RAW + 0xff) bytes.push(code - RAW);
    else for (const byte of encoder.encode(character)) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** Text that `decodeRaw` made as any other reader of UTF-8 has it. */
export function readableText(raw: string): string {
  return hasRawBytes(raw) ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(encodeRaw(raw)) : raw;
}

export function hasRawBytes(text: string): boolean {
  return RAW_BYTES.test(text);
}

/** Whether the character at `at` stands for a byte, rather than being half of a pair. */
export function isRawByte(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < RAW + FIRST_NO_ASCII || code > RAW + 0xff) return false;
  const before = at === 0 ? 0 : text.charCodeAt(at - 1);
  return before < 0xd800 || before >= RAW;
}

/** How many bytes the code point at `at` has (RFC 3629, section 4); 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < FIRST_NO_ASCII) return 1;
  const length = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  // No code point is written longer than it has to be, none is half of a pair, and none is beyond U+10FFFF.
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1] ?? 0;
  if (length === 0 || second < least || second > most) return 0;
  for (let index = 2; index < length; index++) if (((bytes[at + index] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}
