import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { WireType } from "../wire/index.ts";

/** How the values of a scalar type are checked, written and read, as code. */
export interface ScalarCode {
  readonly wireType: WireType;
  /** The most bytes that a value takes; undefined where that depends on the value. */
  readonly maxBytes: number | undefined;
  /** What a field has that was never set. */
  readonly zero: string;
  /** Whether `v` is something else than the zero, `v` being neither undefined nor null. */
  readonly isSet: string;
  /** Refuses `v`, or makes a value of the type of it. `bad` and `long` are given the field, and where in it. */
  check(field: string): string;
  /** Writes `v` at `p`. */
  readonly write: string;
  /** Reads `v` at `p`, which moves behind it. */
  read(options: ReadOptions): string;
}

/** What reading a value depends on beside its type. */
export interface ReadOptions {
  readonly isStrictUtf8: boolean;
  readonly isLongAsString: boolean;
}

/** Numbers below 0x80 are read in place, the others by the reader. */
function varint(slow: string, fast = ""): string {
  const small = fast === "" ? "" : ` else v = ${fast};`;
  return `v = b[p++]; if (v > 127) { r.position = p - 1; v = ${slow}; p = r.position; }${small}`;
}

function varint64(value: string): ScalarCode["read"] {
  return ({ isLongAsString }) => `r.position = p; v = ${isLongAsString ? `String(${value})` : value}; p = r.position;`;
}

function fixed(value: string, byteLength: number): ScalarCode["read"] {
  return ({ isLongAsString }) => {
    const isLong = value.includes("fixed64");
    return `v = ${isLong && isLongAsString ? `String(${value})` : value}; p += ${byteLength};`;
  };
}

function delimited(value: (isStrictUtf8: boolean) => string): ScalarCode["read"] {
  return ({ isStrictUtf8 }) => `${READ_LENGTH} v = ${value(isStrictUtf8)}; p += n;`;
}

/** Reads a length into `n`, which is undefined where the bytes end before it. */
export const READ_LENGTH: string =
  // Behind the end of all bytes it is undefined.
  "n = b[p++]; if (!(n < 128 && n <= end - p)) { r.position = p - 1; n = r.length(end); p = r.position; }";

function checkWith(condition: string): ScalarCode["check"] {
  return (field) => `if (${condition}) bad(${field}, v);`;
}

const INT32 = 'typeof v !== "number" || (v | 0) !== v';
const UINT32 = 'typeof v !== "number" || v >>> 0 !== v';

/** V8 has both as a truncation in machine code. */
const checkInt64: ScalarCode["check"] = (field) =>
  `if (typeof v !== "bigint" || BigInt.asIntN(64, v) !== v) v = long(${field}, v, false);`;
const checkUint64: ScalarCode["check"] = (field) =>
  `if (typeof v !== "bigint" || BigInt.asUintN(64, v) !== v) v = long(${field}, v, true);`;

const number = { zero: "0", isSet: "v !== 0" } as const;
/** A bigint's truth costs half of a comparison. What is no bigint may be a number, or digits. */
const long = { zero: "0n", isSet: '(typeof v === "bigint" ? v : v !== 0 && v !== "0")' } as const;
const real = { zero: "0", isSet: "(v !== 0 || 1 / v < 0)" } as const;
const { Varint, Bit32, Bit64, LengthDelimited } = WireType;

const SCALARS: Readonly<Record<ScalarType, ScalarCode>> = {
  [ScalarType.INT32]: {
    ...number,
    wireType: Varint,
    maxBytes: 10,
    check: checkWith(INT32),
    write: "if (v >= 0 && v < 128) b[p++] = v; else p = int32(b, p, v);",
    read: () => varint("r.int32()"),
  },
  [ScalarType.UINT32]: {
    ...number,
    wireType: Varint,
    maxBytes: 5,
    check: checkWith(UINT32),
    write: "if (v < 128) b[p++] = v; else p = varint32(b, p, v);",
    read: () => varint("r.int32() >>> 0"),
  },
  [ScalarType.SINT32]: {
    ...number,
    wireType: Varint,
    maxBytes: 5,
    check: checkWith(INT32),
    write: "p = sint32(b, p, v);",
    read: () => varint("r.sint32()", "(v >>> 1) ^ -(v & 1)"),
  },
  [ScalarType.BOOL]: {
    zero: "false",
    isSet: "v !== false",
    wireType: Varint,
    maxBytes: 1,
    check: checkWith("v !== true && v !== false"),
    write: "b[p++] = v ? 1 : 0;",
    read: () => varint("r.bool()", "v !== 0"),
  },
  [ScalarType.INT64]: {
    ...long,
    wireType: Varint,
    maxBytes: 10,
    check: checkInt64,
    write: "p = varint64(b, p, v);",
    read: varint64("r.int64()"),
  },
  [ScalarType.UINT64]: {
    ...long,
    wireType: Varint,
    maxBytes: 10,
    check: checkUint64,
    write: "p = varint64(b, p, v);",
    read: varint64("r.uint64()"),
  },
  [ScalarType.SINT64]: {
    ...long,
    wireType: Varint,
    maxBytes: 10,
    check: checkInt64,
    write: "p = sint64(b, p, v);",
    read: varint64("r.sint64()"),
  },
  [ScalarType.FIXED32]: {
    ...number,
    wireType: Bit32,
    maxBytes: 4,
    check: checkWith(UINT32),
    write: "p = fixed32(b, p, v);",
    read: fixed("r.fixed32(p) >>> 0", 4),
  },
  [ScalarType.SFIXED32]: {
    ...number,
    wireType: Bit32,
    maxBytes: 4,
    check: checkWith(INT32),
    write: "p = fixed32(b, p, v);",
    read: fixed("r.fixed32(p)", 4),
  },
  [ScalarType.FIXED64]: {
    ...long,
    wireType: Bit64,
    maxBytes: 8,
    check: checkUint64,
    write: "p = fixed64(b, p, v);",
    read: fixed("r.fixed64(p)", 8),
  },
  [ScalarType.SFIXED64]: {
    ...long,
    wireType: Bit64,
    maxBytes: 8,
    check: checkInt64,
    write: "p = fixed64(b, p, v);",
    read: fixed("r.sfixed64(p)", 8),
  },
  [ScalarType.FLOAT]: {
    ...real,
    wireType: Bit32,
    maxBytes: 4,
    // Infinity is a float, but a number that becomes infinite as a float is none.
    check: checkWith(
      'typeof v !== "number" || (v - v === 0 && (v > 3.4028234663852886e38 || v < -3.4028234663852886e38))',
    ),
    write: "p = float(b, p, v);",
    read: fixed("r.float(p)", 4),
  },
  [ScalarType.DOUBLE]: {
    ...real,
    wireType: Bit64,
    maxBytes: 8,
    check: checkWith('typeof v !== "number"'),
    write: "p = double(b, p, v);",
    read: fixed("r.double(p)", 8),
  },
  [ScalarType.STRING]: {
    zero: '""',
    isSet: 'v !== ""',
    wireType: LengthDelimited,
    maxBytes: undefined,
    check: checkWith('typeof v !== "string"'),
    write: "p = string(b, p, v);",
    read: delimited((isStrictUtf8) => `r.text(p, n, ${isStrictUtf8})`),
  },
  [ScalarType.BYTES]: {
    // One for all messages of a type, as that of `create` of @bufbuild/protobuf: nobody can write to it.
    zero: "noBytes",
    isSet: "v.length !== 0",
    wireType: LengthDelimited,
    maxBytes: undefined,
    check: (field) => `if (!(v instanceof Uint8Array)) v = bytesOf(${field}, v);`,
    write: "p = bytes(b, p, v);",
    read: delimited(() => "r.copy(p, n)"),
  },
};

/** The code for the values of a scalar type; enums are numbers as int32 is. */
export function scalarCode(scalar: ScalarType | undefined): ScalarCode {
  return SCALARS[scalar ?? ScalarType.INT32];
}

/** What reading the values of a field depends on. */
export function readOptionsOf(field: DescField): ReadOptions {
  return {
    isStrictUtf8: field.utf8Validation,
    isLongAsString: "longAsString" in field && field.longAsString === true,
  };
}
