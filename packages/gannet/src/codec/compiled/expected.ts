import { type DescField, ScalarType } from "@bufbuild/protobuf";

const LONGEST_QUOTED = 30;

/** What a field takes, for people. */
export function expectedOf(field: DescField | undefined): string {
  if (field === undefined) return "a field";
  const single = field.message?.typeName ?? field.enum?.typeName ?? ScalarType[field.scalar ?? 0]?.toLowerCase() ?? "";
  return single;
}

/** A value as an error shows it: short, and on one line. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length > LONGEST_QUOTED ? `a string of ${value.length} characters` : JSON.stringify(value);
    case "bigint":
      return `${value}n`;
    case "object":
      return describeObject(value);
    case "function":
      return "a function";
    default:
      return String(value);
  }
}

function describeObject(value: object | null): string {
  if (value === null) return "null";
  const typeName = (value as { readonly $typeName?: unknown }).$typeName;
  if (typeof typeName === "string") return typeName;
  return Array.isArray(value) ? "an array" : `a ${value.constructor?.name ?? "nameless object"}`;
}
