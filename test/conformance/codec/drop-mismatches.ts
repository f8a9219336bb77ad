import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";

const VARINT = 0;
const BIT64 = 1;
const DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const BIT32 = 5;
const MAX_VARINT_BYTES = 10;
const MAX_DEPTH = 100;

/** Bytes that are no message, whatever its type. */
export class Malformed extends Error {}

/**
 * The fields of an encoded message that its type knows, in the wire type that it knows them in; what else there is, which
 * is unknown to the type, is left out. `@bufbuild/protobuf` reads a field without a look at its wire type, and takes closed
 * enums in lists and maps for open ones, so that only of such bytes both have to make the same message.
 *
 * Written by the specification's text, without a line of the codec that it is held against
 * (https://protobuf.dev/programming-guides/encoding/).
 *
 * @throws Malformed for what no parser takes
 */
export function dropMismatches(schema: DescMessage, bytes: Uint8Array): Uint8Array {
  const cursor = new Cursor(bytes, 0, bytes.length);
  return new Uint8Array(Buffer.concat(dropIn(schema, cursor, undefined, 0)));
}

function dropIn(schema: DescMessage, cursor: Cursor, group: number | undefined, depth: number): Uint8Array[] {
  if (depth > MAX_DEPTH) throw new Malformed("too deep");
  const kept: Uint8Array[] = [];
  while (cursor.at < cursor.end) {
    const start = cursor.at;
    const tag = cursor.tag();
    const number = tag >>> 3;
    if (group !== undefined && number === group && (tag & 7) === END_GROUP) return kept;
    const field = schema.fields.find((one) => one.number === number);
    const tagBytes = cursor.bytes.subarray(start, cursor.at);
    const form = field === undefined ? undefined : formOf(field, tag & 7);
    if (field === undefined || form === undefined) cursor.skip(tag, depth);
    else kept.push(...keep(field, form, tagBytes, cursor, tag, depth));
  }
  if (group !== undefined) throw new Malformed("a group does not end");
  return kept;
}

type Form = "value" | "packed" | "message" | "group" | "entry";

/** What stands behind a tag of this field and wire type; undefined where the field is not written so. */
function formOf(field: DescField, wireType: number): Form | undefined {
  if (field.fieldKind === "map") return wireType === DELIMITED ? "entry" : undefined;
  if (field.message !== undefined) {
    const isGroup = "delimitedEncoding" in field && field.delimitedEncoding;
    if (isGroup) return wireType === START_GROUP ? "group" : undefined;
    return wireType === DELIMITED ? "message" : undefined;
  }
  const own = wireTypeOf(field.scalar);
  if (wireType === own) return "value";
  return field.fieldKind === "list" && wireType === DELIMITED ? "packed" : undefined;
}

function wireTypeOf(scalar: ScalarType | undefined): number {
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return DELIMITED;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return BIT64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return BIT32;
    default:
      return VARINT;
  }
}

function keep(
  field: DescField,
  form: Form,
  tagBytes: Uint8Array,
  cursor: Cursor,
  tag: number,
  depth: number,
): Uint8Array[] {
  const start = cursor.at;
  switch (form) {
    case "value": {
      cursor.skip(tag, depth);
      const value = cursor.bytes.subarray(start, cursor.at);
      return isUnknownValue(field, value) ? [] : [tagBytes, value];
    }
    case "packed": {
      const inner = cursor.inner();
      const values: Uint8Array[] = [];
      while (inner.at < inner.end) {
        const valueStart = inner.at;
        inner.skip(wireTypeOf(field.scalar), depth);
        const value = inner.bytes.subarray(valueStart, inner.at);
        if (!isUnknownValue(field, value)) values.push(value);
      }
      return [tagBytes, delimited(values)];
    }
    case "message":
      return [tagBytes, delimited(dropIn(field.message as DescMessage, cursor.inner(), undefined, depth + 1))];
    case "group": {
      const end = varint((tag & ~7) | END_GROUP);
      return [tagBytes, ...dropIn(field.message as DescMessage, cursor, field.number, depth + 1), end];
    }
    case "entry": {
      const entry = keepEntry(field, cursor.inner(), depth);
      return entry === undefined ? [] : [tagBytes, delimited(entry)];
    }
  }
}

/** The key and the value of a map's entry; undefined where the value is one that a closed enum does not have. */
function keepEntry(field: DescField, cursor: Cursor, depth: number): Uint8Array[] | undefined {
  if (field.fieldKind !== "map") return [];
  const kept: Uint8Array[] = [];
  let value: Uint8Array | undefined;
  while (cursor.at < cursor.end) {
    const start = cursor.at;
    const tag = cursor.tag();
    const tagBytes = cursor.bytes.subarray(start, cursor.at);
    const valueStart = cursor.at;
    const valueType = field.message === undefined ? wireTypeOf(field.scalar) : DELIMITED;
    if (tag === ((2 << 3) | valueType) && field.message !== undefined) {
      kept.push(tagBytes, delimited(dropIn(field.message, cursor.inner(), undefined, depth + 1)));
      continue;
    }
    cursor.skip(tag, depth);
    const bytes = cursor.bytes.subarray(valueStart, cursor.at);
    if (tag === ((2 << 3) | valueType)) value = bytes;
    if (tag === ((1 << 3) | wireTypeOf(field.mapKey)) || tag === ((2 << 3) | valueType)) kept.push(tagBytes, bytes);
  }
  return value !== undefined && isUnknownValue(field, value) ? undefined : kept;
}

/** Whether a value is one that the field's closed enum does not have. */
function isUnknownValue(field: DescField, value: Uint8Array): boolean {
  if (field.enum === undefined || field.enum.open) return false;
  let number = 0n;
  for (const [index, byte] of value.entries()) number |= BigInt(byte & 0x7f) << BigInt(7 * index);
  return !field.enum.values.some((one) => one.number === Number(BigInt.asIntN(32, number)));
}

function delimited(parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  return Buffer.concat([varint(body.length), body]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value >>> 0;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Uint8Array.of(...bytes, rest);
}

/** A place in bytes. */
class Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  tag(): number {
    const start = this.at;
    const tag = this.#varint();
    if (this.at - start > 5 || tag >> 32n !== 0n) throw new Malformed("a wide tag");
    if (tag >> 3n === 0n) throw new Malformed("field number 0");
    return Number(tag);
  }

  /** What stands behind a length here. */
  inner(): Cursor {
    const start = this.at;
    const length = this.#varint();
    if (this.at - start > 5 || length > BigInt(this.end - this.at)) throw new Malformed("a length beyond the end");
    const inner = new Cursor(this.bytes, this.at, this.at + Number(length));
    this.at = inner.end;
    return inner;
  }

  /** Goes behind the value of a tag. */
  skip(tag: number, depth: number): void {
    switch (tag & 7) {
      case VARINT:
        this.#varint();
        break;
      case BIT64:
        this.at += 8;
        break;
      case DELIMITED:
        this.inner();
        break;
      case START_GROUP:
        this.#skipGroup(tag, depth + 1);
        break;
      case BIT32:
        this.at += 4;
        break;
      default:
        throw new Malformed(`wire type ${tag & 7}`);
    }
    if (this.at > this.end) throw new Malformed("the end comes too early");
  }

  #skipGroup(tag: number, depth: number): void {
    if (depth > MAX_DEPTH) throw new Malformed("too deep");
    while (this.at < this.end) {
      const inner = this.tag();
      if (inner === ((tag & ~7) | END_GROUP) >>> 0) return;
      this.skip(inner, depth);
    }
    throw new Malformed("a group does not end");
  }

  #varint(): bigint {
    let value = 0n;
    for (let count = 0; count < MAX_VARINT_BYTES; count++) {
      if (this.at >= this.end) throw new Malformed("a varint does not end");
      const byte = this.bytes[this.at++] ?? 0;
      value |= BigInt(byte & 0x7f) << BigInt(7 * count);
      if (byte < 0x80) return value;
    }
    throw new Malformed("a varint has more than ten bytes");
  }
}
