import type { Codec } from "./codec.ts";
import { allocate } from "./wire/index.ts";

/** Small messages are put into an array of so many bytes one behind the other: an array for each takes longer to make. */
const SHARED_BYTES = 4_000;
/** What is larger has an array of its own, so that a message which is kept keeps little more than itself. */
const SMALL_BYTES = SHARED_BYTES / 2;
/** Where those are encoded before it is known how long they are. */
const LARGE_BYTES = 64 * 1024;

const NO_BYTES = new Uint8Array(0);

/** Where messages are encoded by themselves, rather than where they are sent from. */
export class EncodeRoom {
  /** The array that is filled next, and from where on it is free. */
  #shared: Uint8Array<ArrayBuffer> = NO_BYTES;
  #used = 0;
  #large: Uint8Array<ArrayBuffer> = NO_BYTES;

  encode(codec: Codec, message: object): Uint8Array<ArrayBuffer> {
    const maxBytes = codec.maxBytes(message);
    if (maxBytes <= SMALL_BYTES) return this.#encodeShared(codec, message, maxBytes);
    if (maxBytes > LARGE_BYTES) return encodeVeryLarge(codec, message, maxBytes);
    const bytes = this.#large.length === 0 ? new Uint8Array(LARGE_BYTES) : this.#large;
    // A getter of the message may encode another one.
    this.#large = NO_BYTES;
    const end = encodeAt(codec, message, bytes, 0, maxBytes);
    this.#large = bytes;
    return bytes.slice(0, end);
  }

  #encodeShared(codec: Codec, message: object, maxBytes: number): Uint8Array<ArrayBuffer> {
    let bytes = this.#shared;
    let start = this.#used;
    if (start + maxBytes >= bytes.length) {
      bytes = allocate(SHARED_BYTES);
      start = 0;
    }
    this.#shared = NO_BYTES;
    const end = encodeAt(codec, message, bytes, start, maxBytes);
    this.#shared = bytes;
    this.#used = end;
    return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
  }
}

/** In place where most of the room is used. */
function encodeVeryLarge(codec: Codec, message: object, maxBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = allocate(maxBytes);
  const end = encodeAt(codec, message, bytes, 0, maxBytes);
  return end > maxBytes / 2 ? bytes.subarray(0, end) : bytes.slice(0, end);
}

function encodeAt(codec: Codec, message: object, bytes: Uint8Array, offset: number, maxBytes: number): number {
  const end = codec.encodeInto(message, bytes, offset);
  if (end - offset > maxBytes) throw new TypeError("a message changed while it was encoded");
  return end;
}
