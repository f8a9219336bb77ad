import { varintLength } from "../options/index.ts";

/** The fields of a location (google.protobuf.SourceCodeInfo.Location), each with the type of what is behind a length. */
const TAG = { path: 0x0a, span: 0x12, leading: 0x1a, trailing: 0x22, detached: 0x32 } as const;
/** The field of a SourceCodeInfo that has its locations. */
const LOCATION_TAG = 0x0a;
const FIRST_CAPACITY = 1024;
/** A tag, and the longest length. */
const MAX_HEAD = 6;
const NO_COMMENTS: readonly CommentBytes[] = [];
const ASCII = /^[\0-\x7f]*$/;

/** A comment: text where that is ASCII, bytes of UTF-8 else. The length is the number of bytes either way. */
interface CommentBytes {
  readonly tag: number;
  readonly text: string | Uint8Array;
}

/**
 * The locations of a file as bytes of a SourceCodeInfo. A file has some hundred, and a compilation may have a million: as
 * messages they would take more memory than all else that is made of the text.
 */
export class LocationBuffer {
  /** The paths and spans, one location behind the other. */
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #end = 0;
  /** Where in `#bytes` each location ends. */
  readonly #ends: number[] = [];
  /** The comments of each location, which are known only when those of what is in it have been added. */
  readonly #comments: (readonly CommentBytes[])[] = [];

  /** Adds a location, whose path may have one number more than `path`, and returns its index. */
  add(path: readonly number[], part: number | undefined, span: readonly number[]): number {
    if (path.length > 0 || part !== undefined) this.#addPacked(TAG.path, path, part);
    this.#addPacked(TAG.span, span, undefined);
    this.#comments.push(NO_COMMENTS);
    return this.#ends.push(this.#end) - 1;
  }

  /** Gives a location its comments. Empty ones, which it does not have, are left out. */
  setComments(location: number, leading: string, trailing: string, detached: readonly string[]): void {
    const comments: CommentBytes[] = [];
    if (leading !== "") comments.push({ tag: TAG.leading, text: encodeText(leading) });
    if (trailing !== "") comments.push({ tag: TAG.trailing, text: encodeText(trailing) });
    for (const text of detached) comments.push({ tag: TAG.detached, text: encodeText(text) });
    if (comments.length > 0) this.#comments[location] = comments;
  }

  /** The bytes of all locations. */
  finish(): Uint8Array {
    let size = 0;
    for (const [index] of this.#ends.entries()) {
      const length = this.#lengthOf(index);
      size += 1 + varintLength(length) + length;
    }
    const bytes = new Uint8Array(size);
    let at = 0;
    let start = 0;
    for (const [index, end] of this.#ends.entries()) {
      bytes[at++] = LOCATION_TAG;
      at = writeVarint(bytes, at, this.#lengthOf(index));
      for (; start < end; start++) bytes[at++] = this.#bytes[start] ?? 0;
      for (const { tag, text } of this.#comments[index] ?? NO_COMMENTS) {
        bytes[at++] = tag;
        at = writeVarint(bytes, at, text.length);
        at = writeText(bytes, at, text);
      }
    }
    return bytes;
  }

  #lengthOf(index: number): number {
    let length = (this.#ends[index] ?? 0) - (this.#ends[index - 1] ?? 0);
    for (const { text } of this.#comments[index] ?? NO_COMMENTS) length += 1 + varintLength(text.length) + text.length;
    return length;
  }

  #addPacked(tag: number, numbers: readonly number[], last: number | undefined): void {
    let length = last === undefined ? 0 : varintLength(last);
    for (const number of numbers) length += varintLength(number);
    this.#reserve(MAX_HEAD + length);
    this.#bytes[this.#end] = tag;
    let end = writeVarint(this.#bytes, this.#end + 1, length);
    for (const number of numbers) end = writeVarint(this.#bytes, end, number);
    if (last !== undefined) end = writeVarint(this.#bytes, end, last);
    this.#end = end;
  }

  #reserve(length: number): void {
    if (this.#end + length <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#end + length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

function encodeText(text: string): string | Uint8Array {
  return ASCII.test(text) ? text : new TextEncoder().encode(text);
}

/** Writes a number as an unsigned varint, and returns the offset behind it. */
function writeVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at] = rest;
  return at + 1;
}

/** Writes a comment, and returns the offset behind it. */
function writeText(bytes: Uint8Array, start: number, text: string | Uint8Array): number {
  if (typeof text !== "string") bytes.set(text, start);
  // Calling an encoder takes longer than to write the comments that there are.
  else for (let index = 0; index < text.length; index++) bytes[start + index] = text.charCodeAt(index);
  return start + text.length;
}
