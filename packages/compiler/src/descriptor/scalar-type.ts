import { Edition, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";

/** The types that have a keyword of their own. */
export const SCALAR_TYPES: ReadonlyMap<string, Type> = new Map([
  ["double", Type.DOUBLE],
  ["float", Type.FLOAT],
  ["int64", Type.INT64],
  ["uint64", Type.UINT64],
  ["int32", Type.INT32],
  ["fixed64", Type.FIXED64],
  ["fixed32", Type.FIXED32],
  ["bool", Type.BOOL],
  ["string", Type.STRING],
  ["bytes", Type.BYTES],
  ["uint32", Type.UINT32],
  ["sfixed32", Type.SFIXED32],
  ["sfixed64", Type.SFIXED64],
  ["sint32", Type.SINT32],
  ["sint64", Type.SINT64],
]);

/** In the edition to come the numbers of a fixed size have the short names, as protobuf's own files do already. */
const UNSTABLE_TYPES: ReadonlyMap<string, Type> = new Map([
  ...SCALAR_TYPES,
  ["int32", Type.SFIXED32],
  ["int64", Type.SFIXED64],
  ["uint32", Type.FIXED32],
  ["uint64", Type.FIXED64],
  ["varint32", Type.INT32],
  ["varint64", Type.INT64],
  ["uvarint32", Type.UINT32],
  ["uvarint64", Type.UINT64],
  ["zigzag32", Type.SINT32],
  ["zigzag64", Type.SINT64],
]);

const OBSOLETE: ReadonlyMap<string, string> = new Map([
  ["sint32", "zigzag32"],
  ["sint64", "zigzag64"],
  ["fixed32", "uint32"],
  ["fixed64", "uint64"],
  ["sfixed32", "int32"],
  ["sfixed64", "int64"],
]);

/** The types that have a keyword of their own in an edition. */
export function scalarTypesOf(edition: Edition): ReadonlyMap<string, Type> {
  return edition === Edition.EDITION_UNSTABLE ? UNSTABLE_TYPES : SCALAR_TYPES;
}

/** What a type is called in an edition which no longer has its keyword; undefined where it has. */
export function replacementOf(keyword: string, edition: Edition): string | undefined {
  return edition === Edition.EDITION_UNSTABLE ? OBSOLETE.get(keyword) : undefined;
}

const NAMES: ReadonlyMap<Type, string> = new Map([...SCALAR_TYPES].map(([name, type]) => [type, name]));

/** The keyword of a scalar type; `message`, `enum` or `group` for the others. */
export function nameOfType(type: Type): string {
  return NAMES.get(type) ?? (type === Type.ENUM ? "enum" : type === Type.GROUP ? "group" : "message");
}

/** Types written by people who come from another language, and what protobuf calls them. */
export const TYPE_SLIPS: ReadonlyMap<string, string> = new Map([
  ["int", "`int32` or `int64`"],
  ["integer", "`int32` or `int64`"],
  ["long", "`int64`"],
  ["short", "`int32`"],
  ["int8", "`int32`"],
  ["int16", "`int32`"],
  ["uint", "`uint32` or `uint64`"],
  ["uint8", "`uint32`, or `bytes` for several"],
  ["uint16", "`uint32`"],
  ["ulong", "`uint64`"],
  ["unsigned", "`uint32` or `uint64`"],
  ["bigint", "`int64`"],
  ["varchar", "`string`"],
  ["byte", "`bytes`, or `uint32` for a single one"],
  ["char", "`string`, or `uint32` for a code point"],
  ["i32", "`int32`"],
  ["i64", "`int64`"],
  ["u32", "`uint32`"],
  ["u64", "`uint64`"],
  ["f32", "`float`"],
  ["f64", "`double`"],
  ["float32", "`float`"],
  ["float64", "`double`"],
  ["number", "`double`, `int32` or `int64`"],
  ["decimal", "`string` or `double`: protobuf has no decimal type"],
  ["str", "`string`"],
  ["text", "`string`"],
  ["boolean", "`bool`"],
  ["binary", "`bytes`"],
  ["blob", "`bytes`"],
  ["bytearray", "`bytes`"],
  ["any", '`google.protobuf.Any`, with `import "google/protobuf/any.proto";`'],
  ["object", "a message, or `google.protobuf.Struct`"],
  ["void", '`google.protobuf.Empty`, with `import "google/protobuf/empty.proto";`'],
  ["null", '`google.protobuf.Empty`, with `import "google/protobuf/empty.proto";`'],
  ["date", '`google.protobuf.Timestamp`, with `import "google/protobuf/timestamp.proto";`'],
  ["datetime", '`google.protobuf.Timestamp`, with `import "google/protobuf/timestamp.proto";`'],
  ["time", '`google.protobuf.Timestamp`, with `import "google/protobuf/timestamp.proto";`'],
  ["timestamp", '`google.protobuf.Timestamp`, with `import "google/protobuf/timestamp.proto";`'],
  ["duration", '`google.protobuf.Duration`, with `import "google/protobuf/duration.proto";`'],
  ["uuid", "`string`"],
  ["map", "`map<KeyType, ValueType>`"],
]);
