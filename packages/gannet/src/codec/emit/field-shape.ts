import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";

/** `FeatureSet.FieldPresence`. */
const IMPLICIT = 2;
const LEGACY_REQUIRED = 3;
/** `Edition` of proto3, and the first of those with features. */
const EDITION_PROTO2 = 998;
const EDITION_PROTO3 = 999;

/** How `@bufbuild/protobuf` holds the value of a message field: as a message, the bare value of a wrapper, or as JSON. */
export type MessageForm = "message" | "wrapper" | "json";

export function isImplicit(field: DescField): boolean {
  return field.presence === IMPLICIT;
}

export function isRequired(field: DescField): boolean {
  return field.presence === LEGACY_REQUIRED;
}

/** How the values of this field of messages are held. */
export function messageFormOf(field: DescField & { readonly message: DescMessage }): MessageForm {
  if (field.message.typeName === "google.protobuf.Struct" && field.parent.typeName !== "google.protobuf.Value") {
    return "json";
  }
  const isBare = field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(field.message);
  return isBare ? "wrapper" : "message";
}

/** Whether messages of this type have the defaults of their fields on a prototype, so that only what was set is their own. */
export function hasPrototype({ file, fields }: DescMessage): boolean {
  if (file.edition === EDITION_PROTO3) return false;
  if (file.edition === EDITION_PROTO2) return true;
  return fields.some((field) => !isImplicit(field) && field.fieldKind !== "message" && field.oneof === undefined);
}

const PLAIN_NAME = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** A text as source: quoted, and safe whatever it contains. */
export function quote(text: string): string {
  if (PLAIN_NAME.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, (separator) =>
    separator === "\u2028" ? "\\u2028" : "\\u2029",
  );
}

/** Access to a property: `m.name`, or `m["any name"]`. */
export function property(object: string, name: string): string {
  return PLAIN_NAME.test(name) ? `${object}.${name}` : `${object}[${quote(name)}]`;
}

const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Whether every object inherits a property of this name, which nobody has set: a field may be called `hasOwnProperty`. */
export function isInherited(name: string): boolean {
  return INHERITED.has(name);
}

/** The value of a property that may not be there, as an expression. */
export function valueOfProperty(object: string, name: string): string {
  const value = property(object, name);
  return isInherited(name) ? `(has.call(${object}, ${quote(name)}) ? ${value} : undefined)` : value;
}

/** Sets a property, as a statement. */
export function setProperty(object: string, name: string, value: string): string {
  if (name !== "__proto__") return `${property(object, name)} = ${value};`;
  return `setOwn(${object}, "__proto__", ${value});`;
}

/** A property of an object literal. A computed key, as `"__proto__": x` would set the prototype. */
export function literalKey(name: string): string {
  return name === "__proto__" ? `["__proto__"]` : quote(name);
}
