import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { NEGATIVE_NAN, type WireValue } from "./option-value.ts";

/** In what the types are written that are no varints. */
export const WIRE_TYPES: ReadonlyMap<Type, WireType> = new Map([
  [Type.DOUBLE, WireType.Bit64],
  [Type.FIXED64, WireType.Bit64],
  [Type.SFIXED64, WireType.Bit64],
  [Type.FLOAT, WireType.Bit32],
  [Type.FIXED32, WireType.Bit32],
  [Type.SFIXED32, WireType.Bit32],
  [Type.STRING, WireType.LengthDelimited],
  [Type.BYTES, WireType.LengthDelimited],
]);

/** Has no state of its own. */
const UTF8 = new TextEncoder();
const FALSE = Uint8Array.of(0);
const TRUE = Uint8Array.of(1);

// Most options are strings, flags and messages of these: a large schema has a million, and a writer for each would cost
// more than all else that is done with them.

/** One field of a scalar or enum type, with its tag. */
export function encodeScalarField(number: number, type: Type, value: WireValue): Uint8Array {
  if (typeof value === "string") return encodeBytesField(number, UTF8.encode(value));
  if (value instanceof Uint8Array) return encodeBytesField(number, value);
  if (typeof value === "boolean") return joinWithHead([number << 3], value ? TRUE : FALSE);
  const writer = new BinaryWriter();
  writer.tag(number, WIRE_TYPES.get(type) ?? WireType.Varint);
  writeScalar(writer, type, value);
  return writer.finish();
}

/** All values of a repeated field in one piece. */
export function encodePackedField(number: number, type: Type, values: readonly WireValue[]): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(number, WireType.LengthDelimited).fork();
  for (const value of values) writeScalar(writer, type, value);
  return writer.join().finish();
}

/** One message field, behind its length or between group tags. */
export function encodeMessageField(number: number, isDelimited: boolean, body: Uint8Array): Uint8Array {
  if (!isDelimited) return encodeBytesField(number, body);
  return new BinaryWriter().tag(number, WireType.StartGroup).raw(body).tag(number, WireType.EndGroup).finish();
}

function encodeBytesField(number: number, body: Uint8Array): Uint8Array {
  return joinWithHead([(number << 3) | WireType.LengthDelimited, body.length], body);
}

/** Unsigned varints, and bytes behind them. */
function joinWithHead(varints: readonly number[], body: Uint8Array): Uint8Array {
  let length = body.length;
  for (const varint of varints) length += varintLength(varint);
  const joined = new Uint8Array(length);
  let at = 0;
  for (const varint of varints) {
    let rest = varint >>> 0;
    for (; rest > 0x7f; rest >>>= 7) joined[at++] = (rest & 0x7f) | 0x80;
    joined[at++] = rest;
  }
  joined.set(body, at);
  return joined;
}

/** How many bytes an unsigned varint of 32 bits has. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) length++;
  return length;
}

/** One extension in a message set: a group of the extension's number and its message. */
export function encodeMessageSetItem(number: number, body: Uint8Array): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.StartGroup);
  writer.tag(2, WireType.Varint).uint32(number);
  writer.tag(3, WireType.LengthDelimited).bytes(body);
  return writer.tag(1, WireType.EndGroup).finish();
}

/** Several encoded fields, one behind the other. */
export function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

function writeScalar(writer: BinaryWriter, type: Type, value: WireValue): void {
  if (typeof value === "string") writer.string(value);
  else if (value instanceof Uint8Array) writer.bytes(value);
  else if (typeof value === "boolean") writer.bool(value);
  else if (value === NEGATIVE_NAN) writeNegativeNaN(writer, type);
  else writeNumber(writer, type, value);
}

function writeNumber(writer: BinaryWriter, type: Type, value: bigint | number): void {
  switch (type) {
    case Type.DOUBLE:
      writer.double(Number(value));
      break;
    case Type.FLOAT:
      writer.float(toFloat(Number(value)));
      break;
    case Type.INT64:
      writer.int64(BigInt(value));
      break;
    case Type.UINT64:
      writer.uint64(BigInt(value));
      break;
    case Type.SINT64:
      writer.sint64(BigInt(value));
      break;
    case Type.FIXED64:
      writer.fixed64(BigInt(value));
      break;
    case Type.SFIXED64:
      writer.sfixed64(BigInt(value));
      break;
    case Type.UINT32:
      writer.uint32(Number(value));
      break;
    case Type.SINT32:
      writer.sint32(Number(value));
      break;
    case Type.FIXED32:
      writer.fixed32(Number(value));
      break;
    case Type.SFIXED32:
      writer.sfixed32(Number(value));
      break;
    default:
      writer.int32(Number(value));
      break;
  }
}

function writeNegativeNaN(writer: BinaryWriter, type: Type): void {
  if (type === Type.DOUBLE) writer.fixed64(0xfff8000000000000n);
  else writer.fixed32(0xffc00000);
}

/** The nearest float, infinite beyond their range: the writer refuses doubles that are none. */
function toFloat(value: number): number {
  return Math.fround(value);
}
