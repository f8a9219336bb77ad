/** Node's own reader of one-byte text, which its types leave out: without it each string costs a lookup by encoding. */
const { latin1Slice } = Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
};

/** The bytes from `start` to `end` as text of one character a byte. */
export function readLatin1(bytes: Uint8Array, start: number, end: number): string {
  return latin1Slice.call(bytes, start, end);
}
