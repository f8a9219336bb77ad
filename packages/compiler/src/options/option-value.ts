import { FieldDescriptorProto_Type as Type, FeatureSet_Utf8Validation as Utf8Validation } from "@bufbuild/protobuf/wkt";
import type { ScalarValueNode } from "../ast/index.ts";
import { type ValueKind, valueHint } from "../descriptor/index.ts";
import { TokenKind } from "../lexer/index.ts";
import type { EnumDefinition, FieldDefinition } from "../linker/index.ts";
import { checkLifetime } from "./check-lifetime.ts";
import { listNames } from "./list-names.ts";
import type { OptionContext } from "./option-context.ts";

/** A value as it goes on the wire: 64-bit integers as bigint, enums by number. A number has no sign where it is none. */
export type WireValue = bigint | number | boolean | string | Uint8Array | typeof NEGATIVE_NAN;

/** What `-nan` means in the text format: JavaScript does not keep the sign of what is no number. */
export const NEGATIVE_NAN: unique symbol = Symbol("-nan");

/** Why a value does not fit a field. */
export interface Misfit {
  readonly id: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * How values are written: behind `=` in an option, or in the text format inside braces, which knows more notations.
 */
export type Notation = "option" | "text";

const RANGES: ReadonlyMap<Type, readonly [name: string, min: bigint, max: bigint]> = new Map([
  [Type.INT32, ["int32", -0x80000000n, 0x7fffffffn]],
  [Type.SINT32, ["sint32", -0x80000000n, 0x7fffffffn]],
  [Type.SFIXED32, ["sfixed32", -0x80000000n, 0x7fffffffn]],
  [Type.INT64, ["int64", -0x8000000000000000n, 0x7fffffffffffffffn]],
  [Type.SINT64, ["sint64", -0x8000000000000000n, 0x7fffffffffffffffn]],
  [Type.SFIXED64, ["sfixed64", -0x8000000000000000n, 0x7fffffffffffffffn]],
  [Type.UINT32, ["uint32", 0n, 0xffffffffn]],
  [Type.FIXED32, ["fixed32", 0n, 0xffffffffn]],
  [Type.UINT64, ["uint64", 0n, 0xffffffffffffffffn]],
  [Type.FIXED64, ["fixed64", 0n, 0xffffffffffffffffn]],
]);

/** The value that `node` has for a field which is no message. */
export function readOptionValue(
  context: OptionContext,
  field: FieldDefinition,
  node: ScalarValueNode,
  notation: Notation,
): WireValue | Misfit {
  const { type } = field.proto;
  switch (type) {
    case Type.BOOL:
      return readBool(node, notation) ?? misfit("bool", "`true` or `false`", field, node);
    case Type.STRING:
      return readString(context, field, node);
    case Type.BYTES:
      if (node.kind !== "string") return misfit("string", "a string in quotes", field, node);
      return node.bytes ?? new TextEncoder().encode(node.text);
    case Type.FLOAT:
    case Type.DOUBLE:
      return readDouble(node, notation) ?? misfit("number", "a number", field, node);
    case Type.ENUM:
      return readEnum(context, field, node, notation);
    default:
      return readIntegerValue(context, field, node);
  }
}

export function isMisfit(value: WireValue | Misfit): value is Misfit {
  return typeof value === "object" && !(value instanceof Uint8Array);
}

/** How a value is called in a message. */
function describeValue(node: ScalarValueNode): string {
  switch (node.kind) {
    case "string":
      return "a string";
    case "identifier":
      return `\`${node.negative ? "-" : ""}${node.text}\``;
    default:
      return `${node.value}`;
  }
}

function misfit(kind: ValueKind, expected: string, field: FieldDefinition, node: ScalarValueNode): Misfit {
  return {
    id: "option-value",
    message: `\`${field.name}\` takes ${expected}, not ${describeValue(node)}`,
    hint: valueHint(kind, node),
  };
}

function readString(
  { features, file, isInAny }: OptionContext,
  field: FieldDefinition,
  node: ScalarValueNode,
): WireValue | Misfit {
  if (node.kind !== "string") return misfit("string", "a string in quotes", field, node);
  if (node.bytes === undefined) return node.text;
  // protoc finds it where it looks at the targets of options, which it does for the files that were asked for.
  const isChecked = file.isRequested && isInAny !== true && features.of(field).utf8Validation === Utf8Validation.VERIFY;
  return isChecked
    ? { id: "option-value", message: `\`${field.name}\` takes text, and these bytes are no UTF-8` }
    : node.bytes;
}

function readBool(node: ScalarValueNode, notation: Notation): boolean | undefined {
  if (node.kind === "identifier" && !node.negative) {
    if (node.text === "true") return true;
    if (node.text === "false") return false;
    if (notation === "text" && (node.text === "True" || node.text === "t")) return true;
    if (notation === "text" && (node.text === "False" || node.text === "f")) return false;
  }
  const isBit = notation === "text" && node.kind === "integer" && (node.value === 0n || node.value === 1n);
  return isBit && !node.negative ? node.value === 1n : undefined;
}

function readDouble(node: ScalarValueNode, notation: Notation): number | typeof NEGATIVE_NAN | undefined {
  const isText = notation === "text";
  if (node.kind === "float") return node.value;
  // An option's value is an integer first, and that has no negative zero.
  if (node.kind === "integer" && !isText) return Number(node.value);
  if (node.kind === "integer" && !node.isHexOrOctal) return node.negative ? -Number(-node.value) : Number(node.value);
  if (node.kind !== "identifier") return undefined;
  const text = isText ? node.text.toLowerCase() : node.text;
  if (text === "inf" || (isText && text === "infinity")) return node.negative ? -Infinity : Infinity;
  if (text !== "nan") return undefined;
  return isText && node.negative ? NEGATIVE_NAN : Number.NaN;
}

function readEnum(
  context: OptionContext,
  field: FieldDefinition,
  node: ScalarValueNode,
  notation: Notation,
): number | Misfit {
  const enumeration = field.enum;
  if (enumeration === undefined) return misfit("enum", "the name of an enum's value", field, node);
  if (notation === "text" && node.kind === "integer") return readEnumNumber(context, field, enumeration, node.value);
  const { fullName, valuesByName } = enumeration;
  if (node.kind !== "identifier" || node.negative) {
    const hint = listNames("it has", valuesByName);
    return { hint, ...misfit("enum", `the name of a value of \`${fullName}\``, field, node) };
  }
  const value = valuesByName.get(node.text);
  if (value === undefined) {
    const near = context.pool.speller.nearest(node.text, valuesByName.keys());
    const hint = near === undefined ? listNames("it has", valuesByName) : `did you mean \`${near}\`?`;
    return { id: "option-enum-value", message: `enum \`${fullName}\` has no value \`${node.text}\``, hint };
  }
  checkLifetime(context, value, node);
  return isUnknownFeature(field, value.proto.number)
    ? { id: "option-enum-value", message: `feature \`${field.name}\` cannot be \`${node.text}\`` }
    : value.proto.number;
}

function readEnumNumber(
  { features }: OptionContext,
  field: FieldDefinition,
  enumeration: EnumDefinition,
  value: bigint,
): number | Misfit {
  const number = Number(value);
  const isKnown = features.isClosed(enumeration)
    ? enumeration.values.some(({ proto }) => proto.number === number)
    : number === (number | 0);
  if (isKnown && !isUnknownFeature(field, number)) return number;
  return { id: "option-enum-value", message: `enum \`${enumeration.fullName}\` has no value ${value}` };
}

/** Zero is "unknown" in each of the built-in features: what they have where they are not set, and cannot be set to. */
export function isUnknownFeature(field: FieldDefinition, number: number): boolean {
  return number === 0 && field.parent?.fullName === "google.protobuf.FeatureSet";
}

function readIntegerValue({ file }: OptionContext, field: FieldDefinition, node: ScalarValueNode): bigint | Misfit {
  const range = RANGES.get(field.proto.type);
  const tokens = file.lowered?.tokens;
  // An integer of more than 64 bits is read as a float.
  const isInteger = node.kind === "integer" || (node.kind === "float" && tokens?.kind(node.last) === TokenKind.Integer);
  if (range === undefined || !isInteger) return misfit("integer", "an integer", field, node);
  const [name, min, max] = range;
  const isFitting = node.kind === "integer" && node.value >= min && node.value <= max && !(min === 0n && node.negative);
  if (isFitting) return node.value;
  const written = `${tokens?.kind(node.first) === TokenKind.Symbol ? "-" : ""}${tokens?.text(node.last)}`;
  return {
    id: "number-range",
    message: `${written} does not fit ${name}, the type of \`${field.name}\`, which goes from ${min} to ${max}`,
  };
}
