import { create, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { describeValue } from "../../base/index.ts";
import { bigintOf, bytesOf } from "../interpreted/index.ts";
import {
  closeLength,
  tagOf,
  type UnknownField,
  utf8ByteLength,
  writeBytes,
  writeDouble,
  writeFixed32,
  writeFixed64,
  writeFloat,
  writeInt32,
  writeRaw,
  writeSint32,
  writeSint64,
  writeString,
  writeVarint32,
  writeVarint64,
} from "../wire/index.ts";
import { EncodeProblem } from "./encode-problem.ts";
import { expectedOf } from "./expected.ts";
import { jsonOfStruct, setOwn, structOfJson } from "./json-struct.ts";
import type { TypeCode } from "./type-code.ts";

/** A place in a field: the index in a list, or the key in a map; and behind it the value. */
type PlaceAndValue = readonly [value: unknown] | readonly [place: unknown, value: unknown];

/**
 * What emitted code is given: what it does not do in place. A field is named by its index in the type's `fields`. Code in
 * files is written for one version of this: see `fingerprintOf` of `emit/`.
 */
export interface TypeRuntime {
  int32(bytes: Uint8Array, offset: number, value: number): number;
  varint32(bytes: Uint8Array, offset: number, value: number): number;
  varint64(bytes: Uint8Array, offset: number, value: bigint): number;
  sint32(bytes: Uint8Array, offset: number, value: number): number;
  sint64(bytes: Uint8Array, offset: number, value: bigint): number;
  fixed32(bytes: Uint8Array, offset: number, value: number): number;
  fixed64(bytes: Uint8Array, offset: number, value: bigint): number;
  float(bytes: Uint8Array, offset: number, value: number): number;
  double(bytes: Uint8Array, offset: number, value: number): number;
  string(bytes: Uint8Array, offset: number, value: string): number;
  bytes(bytes: Uint8Array, offset: number, value: Uint8Array): number;
  /** Writes a length into the room that was left for it, and returns the end of what has it. */
  close(bytes: Uint8Array, at: number, room: number, end: number): number;
  utf8Length(text: string): number;
  /** The most bytes that fields take which the type does not know, and their writer. */
  unknownBytes(fields: readonly UnknownField[]): number;
  writeUnknown(fields: readonly UnknownField[], bytes: Uint8Array, offset: number): number;
  /** `Object.prototype.hasOwnProperty`. */
  readonly has: (this: object, key: string) => boolean;
  setOwn(target: object, key: string, value: unknown): void;
  /** The code of a field's message type. */
  type(field: number): TypeCode;
  /** What the type's messages have their defaults on. */
  prototype(): object;
  /** The values of a field's enum. */
  numbersOf(field: number): ReadonlySet<unknown>;
  /** A message of a wrapper type that holds a value. */
  wrap(type: TypeCode, value: unknown): object;
  /** A message that holds a `google.protobuf.Struct`, as the field has it, and the other way round. */
  jsonOf(struct: object): object;
  structOf(field: number, value: unknown): object;
  /** A value that a field cannot have. */
  bad(field: number, ...rest: PlaceAndValue): never;
  missing(field: number): never;
  /** The integer of 64 bits that a value stands for. */
  long(field: number, ...rest: readonly unknown[]): bigint;
  bytesOf(field: number, ...rest: PlaceAndValue): Uint8Array;
  mapOf(field: number, value: unknown): Readonly<Record<string, unknown>>;
  /** The key of a map, from the name of a property. */
  keyOf(field: number, key: string): string | boolean | number | bigint;
}

const INT64_MAX = 0x7fff_ffff_ffff_ffffn;
const INT64_MIN = -INT64_MAX - 1n;
const UINT64_MAX = 0xffff_ffff_ffff_ffffn;
const MAX_TAG_BYTES = 5;

/** What the code of every type is given, whichever it is. */
const SHARED = {
  int32: writeInt32,
  varint32: writeVarint32,
  varint64: writeVarint64,
  sint32: writeSint32,
  sint64: writeSint64,
  fixed32: writeFixed32,
  fixed64: writeFixed64,
  float: writeFloat,
  double: writeDouble,
  string: writeString,
  bytes: writeBytes,
  close: closeLength,
  utf8Length: utf8ByteLength,
  has: Object.prototype.hasOwnProperty,
  setOwn,
  jsonOf: jsonOfStruct,
  wrap: (type: TypeCode, value: unknown): object => Object.assign(type.make(), { value }),
  unknownBytes: (fields: readonly UnknownField[]) =>
    fields.reduce((sum, { data }) => sum + MAX_TAG_BYTES + data.length, 0),
  writeUnknown(fields: readonly UnknownField[], bytes: Uint8Array, offset: number): number {
    let at = offset;
    for (const { no, wireType, data } of fields)
      at = writeRaw(bytes, writeVarint32(bytes, at, tagOf(no, wireType)), data);
    return at;
  },
} satisfies Partial<TypeRuntime>;

/**
 * Makes what the code of a type is given.
 *
 * @param link gives the code of another type, once it is needed
 */
export function createRuntime(schema: DescMessage, link: (schema: DescMessage) => TypeCode): TypeRuntime {
  const { fields } = schema;
  const fail = (index: number, problem: string, place?: unknown): never => {
    throw new EncodeProblem(schema.typeName, placeOf(fields[index], place), problem);
  };
  /** A value that a field cannot have; `place` is the index in a list, or the key in a map. */
  const bad = (index: number, value: unknown, place?: unknown): never =>
    fail(index, `expected ${expectedOf(fields[index])}, got ${describeValue(value)}`, place);
  return {
    ...SHARED,
    type: (index: number) => link(fields[index]?.message as DescMessage),
    prototype: () => Object.getPrototypeOf(create(schema)),
    numbersOf: (index: number) => new Set(fields[index]?.enum?.values.map((value) => value.number)),
    // Emitted calls have the place before the value.
    bad: (index: number, ...rest: readonly unknown[]) => bad(index, rest.at(-1), rest.length > 1 ? rest[0] : undefined),
    missing: (index: number) => fail(index, "is required, and not set"),
    long(index: number, ...rest: readonly unknown[]): bigint {
      const [value, isUnsigned] = rest.slice(-2);
      const long = bigintOf(value);
      const [min, max] = isUnsigned === true ? [0n, UINT64_MAX] : [INT64_MIN, INT64_MAX];
      if (long !== undefined && long >= min && long <= max) return long;
      return bad(index, value, rest.length > 2 ? rest[0] : undefined);
    },
    bytesOf(index: number, ...rest: readonly unknown[]): Uint8Array {
      const value = rest.at(-1);
      return bytesOf(value) ?? bad(index, value, rest.length > 1 ? rest[0] : undefined);
    },
    mapOf(index: number, value: unknown): Readonly<Record<string, unknown>> {
      if (typeof value !== "object" || value === null || Symbol.iterator in value) bad(index, value);
      return value as Readonly<Record<string, unknown>>;
    },
    structOf(index: number, value: unknown): object {
      if (typeof value !== "object" || value === null || Array.isArray(value)) bad(index, value);
      return structOfJson(value as Parameters<typeof structOfJson>[0]);
    },
    keyOf: (index: number, key: string) => keyOf(fields[index], key) ?? bad(index, key, key),
  };
}

function placeOf(field: DescField | undefined, place?: unknown): string {
  const where = place === undefined ? "" : `[${typeof place === "string" ? JSON.stringify(place) : String(place)}]`;
  return `${field?.name ?? "?"}${where}`;
}

/** The key of a map as its type has it, from a property's name; undefined where it is none. */
function keyOf(field: DescField | undefined, key: string): string | boolean | number | bigint | undefined {
  const scalar = field?.fieldKind === "map" ? field.mapKey : ScalarType.STRING;
  const isInteger = /^-?(?:0|[1-9][0-9]*)$/.test(key);
  switch (scalar) {
    case ScalarType.STRING:
      return key;
    case ScalarType.BOOL:
      return key === "true" || (key === "false" ? false : undefined);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64: {
      const long = isInteger ? BigInt(key) : undefined;
      return long !== undefined && long >= INT64_MIN && long <= INT64_MAX ? long : undefined;
    }
    case ScalarType.UINT64:
    case ScalarType.FIXED64: {
      const long = isInteger ? BigInt(key) : undefined;
      return long !== undefined && long >= 0n && long <= UINT64_MAX ? long : undefined;
    }
    case ScalarType.UINT32:
    case ScalarType.FIXED32: {
      const number = Number(key);
      return isInteger && number >>> 0 === number ? number : undefined;
    }
    default: {
      const number = Number(key);
      return isInteger && (number | 0) === number ? number : undefined;
    }
  }
}
