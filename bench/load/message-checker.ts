const PREFIX_BYTES = 5;
/** Field 2, varint; field 3, bytes. */
const NUMBER_TAG = 0x10;
const PAYLOAD_TAG = 0x1a;
/** The fields of a message but for its payload: two tags, a number of at most ten bytes, a length of at most five. */
const HEAD_BYTES = 17;

/**
 * Counts the messages `{ n, payload }` of a stream whose payload is zeros, from its bytes. Those of a message may come in
 * pieces; of a large one only its head and its length are looked at, since comparing all of it would take as long as
 * receiving it.
 */
export class MessageChecker {
  messages = 0;
  wrong = 0;
  readonly #size: number;
  /** What has come of a prefix and a head that are not complete. */
  #pending: Buffer | undefined;
  /** Bytes of a message's payload that are still to come. */
  #owing = 0;
  #first = 0;

  constructor(size: number) {
    this.#size = size;
  }

  take(bytes: Buffer, from: number, end: number): void {
    let [source, start, stop] = [bytes, from, end];
    if (this.#pending !== undefined) {
      source = Buffer.concat([this.#pending, bytes.subarray(from, end)]);
      [start, stop] = [0, source.length];
      this.#pending = undefined;
    }
    while (start < stop) {
      if (this.#owing > 0) {
        const taken = Math.min(this.#owing, stop - start);
        this.#owing -= taken;
        start += taken;
        continue;
      }
      const length = start + PREFIX_BYTES <= stop ? source.readUInt32BE(start + 1) : HEAD_BYTES;
      if (start + PREFIX_BYTES + Math.min(length, HEAD_BYTES) > stop) {
        this.#pending = Buffer.from(source.subarray(start, stop));
        return;
      }
      this.#check(source, start + PREFIX_BYTES, length);
      const next = start + PREFIX_BYTES + length;
      this.#owing = Math.max(0, next - stop);
      start = Math.min(next, stop);
    }
  }

  #check(bytes: Buffer, start: number, length: number): void {
    let offset = start;
    let n = 0;
    // Proto3 does not write a zero.
    if (bytes[offset] === NUMBER_TAG) [n, offset] = readVarint(bytes, offset + 1);
    if (this.messages === 0) this.#first = n;
    let size = 0;
    if (bytes[offset] === PAYLOAD_TAG) [size, offset] = readVarint(bytes, offset + 1);
    if (n !== this.#first + this.messages || size !== this.#size || offset + size !== start + length) this.wrong++;
    this.messages++;
  }
}

/** Returns the number, and the offset behind it. */
function readVarint(bytes: Buffer, start: number): [number, number] {
  let value = 0;
  let shift = 0;
  for (let offset = start; ; offset++) {
    const byte = bytes[offset] ?? 0;
    value |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte < 0x80) return [value, offset + 1];
  }
}
