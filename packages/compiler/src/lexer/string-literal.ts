import { encodeRaw, hasRawBytes } from "../source/index.ts";
import { isHexDigit, isOctalDigit } from "./character.ts";

/** What a string literal stands for. */
export interface StringContents {
  /** As text; where the bytes are no UTF-8, with U+FFFD in their place. */
  readonly text: string;
  /** Only where they are no UTF-8: by its escapes, or because the file is none. */
  readonly bytes: Uint8Array | undefined;
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };
const LAST_CODE_POINT = 0x10ffff;
const encoder = new TextEncoder();

/** Undoes the quotes and escapes of adjacent string tokens, which stand for one string. They are as in `rawText`. */
export function readStringLiteral(tokens: readonly string[]): StringContents {
  if (tokens.every((token) => !token.includes("\\") && !hasRawBytes(token))) {
    return { text: tokens.map((token) => withoutQuotes(token)).join(""), bytes: undefined };
  }
  const bytes: number[] = [];
  for (const token of tokens) unescapeInto(bytes, withoutQuotes(token));
  const array = Uint8Array.from(bytes);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(array), bytes: undefined };
  } catch {
    return { text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(array), bytes: array };
  }
}

function withoutQuotes(token: string): string {
  const last = token.length - 1;
  const isClosed = last > 0 && (token[last] === token[0] || token.charCodeAt(0) > 0x7f);
  return token.slice(1, isClosed ? last : undefined);
}

function unescapeInto(bytes: number[], body: string): void {
  let at = 0;
  while (at < body.length) {
    const backslash = body.indexOf("\\", at);
    const plainEnd = backslash < 0 ? body.length : backslash;
    if (plainEnd > at) for (const byte of encodeRaw(body.slice(at, plainEnd))) bytes.push(byte);
    at = backslash < 0 ? body.length : unescapeOne(bytes, body, backslash);
  }
}

/** Appends what the escape at `at` stands for and returns the offset behind it. */
function unescapeOne(bytes: number[], body: string, at: number): number {
  const letter = body[at + 1] ?? "";
  const simple = SIMPLE_ESCAPES[letter];
  if (simple !== undefined) {
    bytes.push(simple);
    return at + 2;
  }
  if (isOctalDigit(letter.charCodeAt(0))) {
    let end = at + 2;
    while (end < at + 4 && isOctalDigit(body.charCodeAt(end))) end++;
    bytes.push(Number.parseInt(body.slice(at + 1, end), 8) & 0xff);
    return end;
  }
  if (letter === "x" || letter === "X") {
    let end = at + 2;
    while (end < at + 4 && isHexDigit(body.charCodeAt(end))) end++;
    bytes.push(end > at + 2 ? Number.parseInt(body.slice(at + 2, end), 16) : 0);
    return end;
  }
  if (letter === "u" || letter === "U") return unescapeUnicode(bytes, body, at, letter === "u" ? 4 : 8);
  // A quote, a backslash, a question mark, or an escape that the lexer has reported.
  if (letter !== "") bytes.push(...encoder.encode(letter));
  return at + 1 + Math.max(1, letter.length);
}

function unescapeUnicode(bytes: number[], body: string, at: number, digits: number): number {
  let code = Number.parseInt(body.slice(at + 2, at + 2 + digits), 16);
  let end = at + 2 + digits;
  // Two \u escapes may be the halves of one code point.
  if (code >= 0xd800 && code < 0xdc00 && body.startsWith("\\u", end)) {
    const low = Number.parseInt(body.slice(end + 2, end + 6), 16);
    if (low >= 0xdc00 && low < 0xe000) {
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      end += 6;
    }
  }
  if (Number.isNaN(code)) return Math.min(end, body.length);
  // protoc takes larger numbers than there are code points, and leaves the escape as it is.
  if (code > LAST_CODE_POINT) bytes.push(...encoder.encode(`\\U${code.toString(16).padStart(8, "0")}`));
  else bytes.push(...encodeCodePoint(code));
  return end;
}

/** UTF-8 of one code point, halves of surrogate pairs included: protoc writes them as they are. */
function encodeCodePoint(code: number): number[] {
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 0x3f)];
  if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
  return [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
}
