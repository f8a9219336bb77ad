/** Where the types that come with protobuf are defined: what a schema without their import means by them. */
// biome-ignore format: names by file
const WELL_KNOWN: Readonly<Record<string, readonly string[]>> = {
  any: ["Any"],
  duration: ["Duration"],
  empty: ["Empty"],
  field_mask: ["FieldMask"],
  struct: ["Struct", "Value", "ListValue", "NullValue"],
  timestamp: ["Timestamp"],
  wrappers: [
    "BoolValue", "BytesValue", "DoubleValue", "FloatValue", "Int32Value", "Int64Value", "StringValue", "UInt32Value",
    "UInt64Value",
  ],
  descriptor: [
    "EnumOptions", "EnumValueOptions", "FieldOptions", "FileOptions", "MessageOptions", "MethodOptions", "OneofOptions",
    "ServiceOptions", "ExtensionRangeOptions", "FileDescriptorProto", "DescriptorProto", "FileDescriptorSet",
  ],
};

/** And what schemas of Google's services use most. */
const GOOGLE: ReadonlyMap<string, string> = new Map([
  ["google.api.http", "google/api/annotations.proto"],
  ["google.api.method_signature", "google/api/client.proto"],
  ["google.api.default_host", "google/api/client.proto"],
  ["google.api.field_behavior", "google/api/field_behavior.proto"],
  ["google.api.resource", "google/api/resource.proto"],
  ["google.api.resource_reference", "google/api/resource.proto"],
  ["google.rpc.Status", "google/rpc/status.proto"],
  ["google.type.Date", "google/type/date.proto"],
  ["google.type.DateTime", "google/type/datetime.proto"],
  ["google.type.LatLng", "google/type/latlng.proto"],
  ["google.type.Money", "google/type/money.proto"],
  ["google.type.TimeOfDay", "google/type/timeofday.proto"],
  ["buf.validate.field", "buf/validate/validate.proto"],
  ["validate.rules", "validate/validate.proto"],
]);

const PATHS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(WELL_KNOWN).flatMap(([file, names]) =>
    names.map((name) => [`google.protobuf.${name}`, `google/protobuf/${file}.proto`] as const),
  ),
  ...GOOGLE,
]);

/** The file that defines something well known, by its full name, with or without a dot before it. */
export function knownImport(fullName: string): string | undefined {
  return PATHS.get(fullName.startsWith(".") ? fullName.slice(1) : fullName);
}

/** The full name of a well-known type that is `name` without its package. */
export function knownType(name: string): string | undefined {
  const fullName = `google.protobuf.${name}`;
  return PATHS.has(fullName) ? fullName : undefined;
}
