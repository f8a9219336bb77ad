const LONGEST_QUOTED = 30;

/** A value as an error shows it: short, on one line, and of an object what it is, not what is in it. */
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
  if (Array.isArray(value)) return "an array";
  const name: unknown = value.constructor?.name;
  if (typeof name !== "string" || name === "") return "a nameless object";
  return `${/^[AEIOU]/i.test(name) ? "an" : "a"} ${name === "Object" ? "object" : name}`;
}
