import { ScalarType } from "@bufbuild/protobuf";
import {
  utf8ByteLength,
  type WireReader,
  WireType,
  writeBytes,
  writeDouble,
  writeFixed32,
  writeFixed64,
  writeFloat,
  writeInt32,
  writeSint32,
  writeSint64,
  writeString,
  writeVarint32,
  writeVarint64,
} from "../wire/index.ts";

/** What is done with the values of a scalar type: `scalarCode` of `emit/`, as functions. */
export interface Scalar {
  readonly wireType: WireType;
  /** What a field has that was never set. */
  zero(): unknown;
  /** Whether a value is something else than the zero. */
  isSet(value: unknown): boolean;
  /** The value in the form in which it is written; undefined where the type has no such value. */
  accept(value: unknown): unknown;
  /** The most bytes that a value takes, its length included. */
  maxBytes(value: never): number;
  /** Writes what `accept` gave, and returns the offset behind it. */
  write(bytes: Uint8Array, offset: number, value: never): number;
  /** Reads a value at the reader's position, which moves behind it. */
  read(reader: WireReader, end: number, isStrictUtf8: boolean): unknown;
}

type ScalarKind = Pick<Scalar, "isSet" | "accept" | "maxBytes" | "wireType"> & { readonly zero: unknown };

const INT64_MAX = 0x7fff_ffff_ffff_ffffn;
const UINT64_MAX = 0xffff_ffff_ffff_ffffn;
const FLOAT_MAX = 3.4028234663852886e38;
const MAX_VARINT_BYTES = 10;
const MAX_LENGTH_BYTES = 5;

const int32: ScalarKind = {
  wireType: WireType.Varint,
  zero: 0,
  isSet: (value) => value !== 0,
  accept: (value) => (typeof value === "number" && (value | 0) === value ? value : undefined),
  maxBytes: () => MAX_VARINT_BYTES,
};
const uint32: ScalarKind = {
  ...int32,
  accept: (value) => (typeof value === "number" && value >>> 0 === value ? value : undefined),
};
const int64: ScalarKind = {
  wireType: WireType.Varint,
  zero: 0n,
  // Numbers and digits as well; what is neither is refused when it is written.
  isSet: (value) => value !== 0n && value !== 0 && value !== "0",
  accept: (value) => longOf(value, -INT64_MAX - 1n, INT64_MAX),
  maxBytes: () => MAX_VARINT_BYTES,
};
const uint64: ScalarKind = { ...int64, accept: (value) => longOf(value, 0n, UINT64_MAX) };
const real: ScalarKind = {
  wireType: WireType.Bit64,
  zero: 0,
  isSet: (value) => !Object.is(value, 0),
  accept: (value) => (typeof value === "number" ? value : undefined),
  maxBytes: () => MAX_VARINT_BYTES,
};

function longOf(value: unknown, min: bigint, max: bigint): bigint | undefined {
  const long = bigintOf(value);
  return long !== undefined && long >= min && long <= max ? long : undefined;
}

/** The integer that a bigint, a number or digits stand for. */
export function bigintOf(value: unknown): bigint | undefined {
  const isLong = typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value));
  const isDigits = typeof value === "string" && /^-?[0-9]{1,20}$/.test(value);
  return isLong || isDigits ? BigInt(value) : undefined;
}

/** The bytes of an array of theirs, or of a realm of its own such as a test's. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value) || Object.prototype.toString.call(value) !== "[object Uint8Array]") return undefined;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** Reads what the reader itself moves behind. */
function varint(kind: ScalarKind, write: Scalar["write"], read: (reader: WireReader) => unknown): Scalar {
  const { zero } = kind;
  return { ...kind, zero: () => zero, write, read: (reader) => read(reader) };
}

function fixed(
  kind: ScalarKind,
  byteLength: 4 | 8,
  write: Scalar["write"],
  read: (reader: WireReader, at: number) => unknown,
): Scalar {
  const { zero } = kind;
  return {
    ...kind,
    wireType: byteLength === 4 ? WireType.Bit32 : WireType.Bit64,
    zero: () => zero,
    write,
    read(reader) {
      const at = reader.position;
      const value = read(reader, at);
      reader.position = at + byteLength;
      return value;
    },
  };
}

/** Reads a length, and what stands behind it. */
function delimited(reader: WireReader, end: number, read: (at: number, length: number) => unknown): unknown {
  const length = reader.length(end);
  const at = reader.position;
  const value = read(at, length);
  reader.position = at + length;
  return value;
}

const SCALARS: Readonly<Record<ScalarType, Scalar>> = {
  [ScalarType.INT32]: varint(int32, writeInt32, (reader) => reader.int32()),
  [ScalarType.UINT32]: varint(uint32, writeVarint32, (reader) => reader.int32() >>> 0),
  [ScalarType.SINT32]: varint(int32, writeSint32, (reader) => reader.sint32()),
  [ScalarType.BOOL]: varint(
    {
      ...int32,
      zero: false,
      isSet: (value) => value !== false,
      accept: (value) => (typeof value === "boolean" ? value : undefined),
    },
    (bytes, offset, value: boolean) => writeVarint32(bytes, offset, value ? 1 : 0),
    (reader) => reader.bool(),
  ),
  [ScalarType.INT64]: varint(int64, writeVarint64, (reader) => reader.int64()),
  [ScalarType.UINT64]: varint(uint64, writeVarint64, (reader) => reader.uint64()),
  [ScalarType.SINT64]: varint(int64, writeSint64, (reader) => reader.sint64()),
  [ScalarType.FIXED32]: fixed(uint32, 4, writeFixed32, (reader, at) => reader.fixed32(at) >>> 0),
  [ScalarType.SFIXED32]: fixed(int32, 4, writeFixed32, (reader, at) => reader.fixed32(at)),
  [ScalarType.FIXED64]: fixed(uint64, 8, writeFixed64, (reader, at) => reader.fixed64(at)),
  [ScalarType.SFIXED64]: fixed(int64, 8, writeFixed64, (reader, at) => reader.sfixed64(at)),
  [ScalarType.FLOAT]: fixed(
    {
      ...real,
      // Infinity is a float, but a number that becomes infinite as a float is none.
      accept: (value) =>
        typeof value === "number" && !(Number.isFinite(value) && Math.abs(value) > FLOAT_MAX) ? value : undefined,
    },
    4,
    writeFloat,
    (reader, at) => reader.float(at),
  ),
  [ScalarType.DOUBLE]: fixed(real, 8, writeDouble, (reader, at) => reader.double(at)),
  [ScalarType.STRING]: {
    wireType: WireType.LengthDelimited,
    zero: () => "",
    isSet: (value) => value !== "",
    accept: (value) => (typeof value === "string" ? value : undefined),
    maxBytes: (value: string) => MAX_LENGTH_BYTES + utf8ByteLength(value),
    write: writeString,
    read: (reader, end, isStrictUtf8) => delimited(reader, end, (at, length) => reader.text(at, length, isStrictUtf8)),
  },
  [ScalarType.BYTES]: {
    wireType: WireType.LengthDelimited,
    zero: () => new Uint8Array(0),
    isSet: (value) => (value as Uint8Array).length !== 0,
    accept: bytesOf,
    maxBytes: (value: Uint8Array) => MAX_LENGTH_BYTES + value.length,
    write: writeBytes,
    read: (reader, end) => delimited(reader, end, (at, length) => reader.copy(at, length)),
  },
};

/** The scalar of a type; enums are numbers as int32 is. */
export function scalarOf(type: ScalarType | undefined): Scalar {
  return SCALARS[type ?? ScalarType.INT32];
}
