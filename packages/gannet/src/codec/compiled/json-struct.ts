/** A `google.protobuf.Struct` as a field holds it. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

interface Kind {
  readonly case: string | undefined;
  readonly value?: unknown;
}

interface Value {
  readonly $typeName: "google.protobuf.Value";
  readonly kind: Kind;
}

interface Struct {
  readonly $typeName: "google.protobuf.Struct";
  readonly fields: Record<string, Value>;
}

/**
 * Sets a property that may be called `__proto__`: as any other, and never the prototype.
 */
export function setOwn(target: object, key: string, value: unknown): void {
  if (key !== "__proto__") (target as Record<string, unknown>)[key] = value;
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/** The message that a JSON object stands for. */
export function structOfJson(json: { readonly [key: string]: Json }): Struct {
  const fields = {};
  for (const [key, value] of Object.entries(json)) setOwn(fields, key, valueOfJson(value));
  return { $typeName: "google.protobuf.Struct", fields };
}

function valueOfJson(json: Json): Value {
  return { $typeName: "google.protobuf.Value", kind: kindOfJson(json) };
}

function kindOfJson(json: Json): Kind {
  switch (typeof json) {
    case "boolean":
      return { case: "boolValue", value: json };
    case "number":
      return { case: "numberValue", value: json };
    case "string":
      return { case: "stringValue", value: json };
    case "object":
      if (json === null) return { case: "nullValue", value: 0 };
      if (Array.isArray(json)) {
        return { case: "listValue", value: { $typeName: "google.protobuf.ListValue", values: json.map(valueOfJson) } };
      }
      return { case: "structValue", value: structOfJson(json as { readonly [key: string]: Json }) };
    default:
      return { case: undefined };
  }
}

/** The JSON object that a message stands for. A value that was never set is null. */
export function jsonOfStruct({ fields }: Struct): { [key: string]: Json } {
  const json = {};
  for (const [key, value] of Object.entries(fields)) setOwn(json, key, jsonOfValue(value));
  return json;
}

function jsonOfValue({ kind }: Value): Json {
  switch (kind.case) {
    case "structValue":
      return jsonOfStruct(kind.value as Struct);
    case "listValue":
      return (kind.value as { readonly values: readonly Value[] }).values.map(jsonOfValue);
    case "nullValue":
    case undefined:
      return null;
    default:
      return kind.value as Json;
  }
}
