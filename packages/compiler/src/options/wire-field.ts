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

/** One field of a scalar or enum type, with its tag. */
export function encodeScalarField(number: number, type: Type, value: WireValue): Uint8Array {
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
  const writer = new BinaryWriter();
  if (isDelimited) writer.tag(number, WireType.StartGroup).raw(body).tag(number, WireType.EndGroup);
  else writer.tag(number, WireType.LengthDelimited).bytes(body);
  return writer.finish();
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
  const writer = new BinaryWriter();
  for (const piece of pieces) writer.raw(piece);
  return writer.finish();
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
