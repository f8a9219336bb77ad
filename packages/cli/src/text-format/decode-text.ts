import { isUtf8 } from "node:buffer";

/** The most bytes that a character takes. */
const MAX_CHARACTER_BYTES = 4;

/**
 * The bytes of a message's text as a string. What is not UTF-8, as may be within quotes, becomes the escape `\377` of each
 * byte, which means the same.
 */
export function decodeText(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let at = 0; at < buffer.length; ) {
    const length = characterLength(buffer, at);
    const isCharacter = length > 0;
    parts.push(isCharacter ? buffer.toString("utf8", at, at + length) : `\\${buffer[at]?.toString(8)}`);
    at += isCharacter ? length : 1;
  }
  return parts.join("");
}

/** 0 where no character of UTF-8 begins. */
function characterLength(buffer: Buffer, start: number): number {
  const most = Math.min(MAX_CHARACTER_BYTES, buffer.length - start);
  for (let length = 1; length <= most; length++) if (isUtf8(buffer.subarray(start, start + length))) return length;
  return 0;
}
