import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** How deep messages may be in each other, as in protoc. */
const MAX_DEPTH = 100;

/** A field as it is on the wire. */
export interface WireField {
  readonly number: number;
  readonly wireType: WireType;
  /** What is behind the tag; of text, bytes, messages and groups what is in them, without a length or an end. */
  readonly data: Uint8Array;
}

/** Bytes that are no message. */
export class MalformedError extends Error {}

/** A tag of more bytes is none. */
const MAX_TAG_BYTES = 5;
const MAX_VARINT_BYTES = 10;

/**
 * The fields of a message, in order.
 *
 * @param depth how many messages this one is in
 * @throws MalformedError
 */
export function readWireFields(bytes: Uint8Array, depth = 0): WireField[] {
  return new FieldReader(bytes, MAX_TAG_BYTES).readAll(depth);
}

/**
 * The same for bytes that may be something else. There protoc reads tags with another function, which takes longer ones and
 * looks at their lower 32 bits.
 *
 * @throws MalformedError
 */
export function guessWireFields(bytes: Uint8Array): WireField[] {
  return new FieldReader(bytes, MAX_VARINT_BYTES).readAll(0);
}

class FieldReader {
  readonly #bytes: Uint8Array;
  readonly #maxTagBytes: number;
  #at = 0;

  constructor(bytes: Uint8Array, maxTagBytes: number) {
    this.#bytes = bytes;
    this.#maxTagBytes = maxTagBytes;
  }

  readAll(depth: number): WireField[] {
    if (depth > MAX_DEPTH) throw new MalformedError("messages are in each other too deep");
    const fields: WireField[] = [];
    while (this.#at < this.#bytes.length) {
      const { number, wireType } = this.#readTag();
      const [start, end] = this.#skipData(number, wireType, depth);
      fields.push({ number, wireType, data: this.#bytes.subarray(start, end) });
    }
    return fields;
  }

  #readTag(): { readonly number: number; readonly wireType: WireType } {
    const tag = this.#readVarint(this.#maxTagBytes);
    const [number, wireType] = [tag >>> 3, tag & 7];
    if (number === 0 || wireType > WireType.Bit32) throw new MalformedError("there is a tag that no field has");
    return { number, wireType };
  }

  /** Goes behind what belongs to a tag, and gives the range of what is in it. */
  #skipData(number: number, wireType: WireType, depth: number): readonly [start: number, end: number] {
    const start = this.#at;
    switch (wireType) {
      case WireType.Varint:
        this.#readVarint(MAX_VARINT_BYTES);
        return [start, this.#at];
      case WireType.Bit32:
        return this.#skip(4);
      case WireType.Bit64:
        return this.#skip(8);
      case WireType.LengthDelimited:
        return this.#skip(this.#readVarint(MAX_TAG_BYTES));
      case WireType.StartGroup:
        return [start, this.#skipGroup(number, depth + 1)];
      default:
        throw new MalformedError("a group ends that has not begun");
    }
  }

  /** Gives where the tag stands that ends the group. */
  #skipGroup(number: number, depth: number): number {
    if (depth > MAX_DEPTH) throw new MalformedError("groups are in each other too deep");
    for (;;) {
      const end = this.#at;
      const inner = this.#readTag();
      if (inner.wireType !== WireType.EndGroup) this.#skipData(inner.number, inner.wireType, depth);
      else if (inner.number === number) return end;
      else throw new MalformedError("a group ends that has not begun");
    }
  }

  #skip(length: number): readonly [start: number, end: number] {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw new MalformedError("they end within a field");
    this.#at += length;
    return [start, this.#at];
  }

  /** The lower 32 bits. */
  #readVarint(maxBytes: number): number {
    let value = 0;
    for (let count = 0; count < maxBytes; count++) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new MalformedError("they end within a field");
      if (count < 5) value |= (byte & 0x7f) << (7 * count);
      if (byte < 0x80) return value >>> 0;
    }
    throw new MalformedError("a number has too many bytes");
  }
}

/** The bytes of fields, in the order given. */
export function writeWireFields(fields: readonly WireField[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const { number, wireType, data } of fields) {
    writer.tag(number, wireType);
    if (wireType === WireType.LengthDelimited) writer.bytes(data);
    else writer.raw(data);
    if (wireType === WireType.StartGroup) writer.tag(number, WireType.EndGroup);
  }
  return writer.finish();
}

/** An item of a message set, as a field: its type is the number, and its message the value. */
const ITEM = 1;
const ITEM_TYPE = 2;
const ITEM_MESSAGE = 3;

/** The items of a message set as fields of the numbers of their types. */
export function openMessageSet(fields: readonly WireField[]): WireField[] {
  return fields.map((field) => {
    if (field.number !== ITEM || field.wireType !== WireType.StartGroup) return field;
    const inner = readWireFields(field.data);
    const type = inner.find(({ number, wireType }) => number === ITEM_TYPE && wireType === WireType.Varint);
    const message = inner.find(
      ({ number, wireType }) => number === ITEM_MESSAGE && wireType === WireType.LengthDelimited,
    );
    if (type === undefined || message === undefined) return field;
    return { number: new BinaryReader(type.data).uint32(), wireType: WireType.LengthDelimited, data: message.data };
  });
}

/** Fields as the items of a message set. */
export function closeMessageSet(fields: readonly WireField[]): WireField[] {
  return fields.map(({ number, data }) => {
    const type = new BinaryWriter().uint32(number).finish();
    const inner = [
      { number: ITEM_TYPE, wireType: WireType.Varint, data: type },
      { number: ITEM_MESSAGE, wireType: WireType.LengthDelimited, data },
    ];
    return { number: ITEM, wireType: WireType.StartGroup, data: writeWireFields(inner) };
  });
}
