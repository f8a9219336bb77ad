import { type DescEnum, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { WireField } from "./wire-field.ts";

/** A scalar or the number of an enum's value. Text and bytes have a character for each byte. */
export type FieldValue = number | bigint | boolean | string;

/** What the value of a field is written as. */
export interface ValueType {
  readonly scalar?: ScalarType | undefined;
  readonly enum?: DescEnum | undefined;
  readonly message?: DescMessage | undefined;
  readonly delimitedEncoding?: boolean;
}

const {
  DOUBLE,
  FLOAT,
  INT64,
  UINT64,
  INT32,
  FIXED64,
  FIXED32,
  BOOL,
  STRING,
  BYTES,
  UINT32,
  SFIXED32,
  SFIXED64,
  SINT32,
  SINT64,
} = ScalarType;

const READERS: Readonly<Record<ScalarType, (reader: BinaryReader) => FieldValue>> = {
  [DOUBLE]: (reader) => reader.double(),
  [FLOAT]: (reader) => reader.float(),
  [INT64]: (reader) => BigInt(reader.int64()),
  [UINT64]: (reader) => BigInt(reader.uint64()),
  [INT32]: (reader) => reader.int32(),
  [FIXED64]: (reader) => BigInt(reader.fixed64()),
  [FIXED32]: (reader) => reader.fixed32(),
  [BOOL]: (reader) => reader.bool(),
  [STRING]: (reader) => bytesToText(reader.bytes()),
  [BYTES]: (reader) => bytesToText(reader.bytes()),
  [UINT32]: (reader) => reader.uint32(),
  [SFIXED32]: (reader) => reader.sfixed32(),
  [SFIXED64]: (reader) => BigInt(reader.sfixed64()),
  [SINT32]: (reader) => reader.sint32(),
  [SINT64]: (reader) => BigInt(reader.sint64()),
};
const LONG: ReadonlySet<ScalarType> = new Set([INT64, UINT64, FIXED64, SFIXED64, SINT64]);

/** The bytes of a text, one in each character. */
export function bytesToText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** The wire type of one value. */
export function wireTypeOf(type: ValueType): WireType {
  if (type.message !== undefined) return type.delimitedEncoding ? WireType.StartGroup : WireType.LengthDelimited;
  switch (type.scalar) {
    case DOUBLE:
    case FIXED64:
    case SFIXED64:
      return WireType.Bit64;
    case FLOAT:
    case FIXED32:
    case SFIXED32:
      return WireType.Bit32;
    case STRING:
    case BYTES:
      return WireType.LengthDelimited;
    default:
      return WireType.Varint;
  }
}

/** The value of a field that has none. */
export function zeroOf({ scalar, enum: type }: ValueType): FieldValue {
  if (type !== undefined) return type.open ? 0 : (type.values[0]?.number ?? 0);
  if (scalar === BOOL) return false;
  if (scalar === STRING || scalar === BYTES) return "";
  return scalar !== undefined && LONG.has(scalar) ? 0n : 0;
}

/** One value, not packed. Undefined for a number that a closed enum does not have. */
export function readScalar(field: ValueType, wire: WireField): FieldValue | undefined {
  const scalar = field.enum === undefined ? (field.scalar ?? INT32) : INT32;
  if (wire.wireType === WireType.LengthDelimited) return bytesToText(wire.data);
  const value = READERS[scalar](new BinaryReader(wire.data));
  if (field.enum !== undefined && !field.enum.open && field.enum.value[value as number] === undefined) return undefined;
  return value;
}

/** How numbers with a fraction are written, by their type. */
export const FLOAT_TYPES: ReadonlyMap<ScalarType | undefined, "float" | "double"> = new Map([
  [FLOAT, "float"],
  [DOUBLE, "double"],
]);

/** Whether a value is text or bytes. */
export function isTextType({ scalar }: ValueType): boolean {
  return scalar === STRING || scalar === BYTES;
}
