import { FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import type { OptionValueNode } from "../ast/index.ts";
import { TokenKind } from "../lexer/index.ts";
import type { Lowering } from "./lowering.ts";
import { doubleText, floatText } from "./number-text.ts";
import { nameOfType } from "./scalar-type.ts";
import { type ValueKind, valueHint } from "./value-hint.ts";

const LIMITS: ReadonlyMap<Type, readonly [min: bigint, max: bigint]> = new Map([
  [Type.INT32, [-0x80000000n, 0x7fffffffn]],
  [Type.SINT32, [-0x80000000n, 0x7fffffffn]],
  [Type.SFIXED32, [-0x80000000n, 0x7fffffffn]],
  [Type.INT64, [-0x8000000000000000n, 0x7fffffffffffffffn]],
  [Type.SINT64, [-0x8000000000000000n, 0x7fffffffffffffffn]],
  [Type.SFIXED64, [-0x8000000000000000n, 0x7fffffffffffffffn]],
  [Type.UINT32, [0n, 0xffffffffn]],
  [Type.FIXED32, [0n, 0xffffffffn]],
  [Type.UINT64, [0n, 0xffffffffffffffffn]],
  [Type.FIXED64, [0n, 0xffffffffffffffffn]],
]);

/**
 * The value of `[default = ...]` as a descriptor has it: text in the notation of the field's type. Undefined where the
 * value does not fit the type; that has been reported. `type` is undefined for a field whose type is another's name:
 * then it should be an enum's value, which only the linker can tell.
 */
export function lowerDefaultValue(
  lowering: Lowering,
  type: Type | undefined,
  value: OptionValueNode,
): string | undefined {
  if (type === undefined) {
    return value.kind === "identifier" && !value.negative ? value.text : lowering.textOf(value);
  }
  if (type === Type.GROUP) {
    lowering.error(value, "default-type", "a group cannot have a default value");
    return undefined;
  }
  const text = textOfValue(lowering, type, value);
  if (text === undefined) {
    const [kind, words] = expected(type);
    const hint = valueHint(kind, value);
    lowering.error(value, "default-type", `the default of this field must be ${words}, not ${lowering.textOf(value)}`, {
      hint,
    });
  }
  return text;
}

function textOfValue(lowering: Lowering, type: Type, value: OptionValueNode): string | undefined {
  const limits = LIMITS.get(type);
  if (limits !== undefined) return integerText(lowering, type, limits, value);
  switch (type) {
    case Type.FLOAT:
    case Type.DOUBLE: {
      const number = numberOf(value);
      if (number === undefined) return undefined;
      return type === Type.FLOAT ? floatText(number) : doubleText(number);
    }
    case Type.BOOL:
      return value.kind === "identifier" && !value.negative && /^(true|false)$/.test(value.text)
        ? value.text
        : undefined;
    case Type.STRING:
      return value.kind === "string" ? value.text : undefined;
    case Type.BYTES:
      return value.kind === "string" ? escapeBytes(value.bytes ?? new TextEncoder().encode(value.text)) : undefined;
    default:
      return undefined;
  }
}

function integerText(
  lowering: Lowering,
  type: Type,
  [min, max]: readonly [bigint, bigint],
  value: OptionValueNode,
): string | undefined {
  // What no 64 bits can hold was read as a float.
  const isHuge = value.kind === "float" && lowering.tokens.kind(value.last) === TokenKind.Integer;
  if (value.kind !== "integer" && !isHuge) return undefined;
  if (value.kind !== "integer" || value.value < min || value.value > max || (min === 0n && value.negative)) {
    lowering.error(
      value,
      "number-range",
      `${lowering.textOf(value)} does not fit ${nameOfType(type)}, which goes from ${min} to ${max}`,
    );
    return "0";
  }
  return String(value.value);
}

function numberOf(value: OptionValueNode): number | undefined {
  if (value.kind === "float") return value.value;
  if (value.kind === "integer") return value.negative && value.value === 0n ? -0 : Number(value.value);
  if (value.kind !== "identifier") return undefined;
  if (value.text === "inf") return value.negative ? -Infinity : Infinity;
  return value.text === "nan" ? Number.NaN : undefined;
}

function expected(type: Type): readonly [kind: ValueKind, words: string] {
  switch (type) {
    case Type.BOOL:
      return ["bool", "`true` or `false`"];
    case Type.STRING:
    case Type.BYTES:
      return ["string", "a string in quotes"];
    case Type.FLOAT:
    case Type.DOUBLE:
      return ["number", "a number"];
    default:
      return ["integer", "an integer"];
  }
}

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x09, "\\t"],
  [0x22, '\\"'],
  [0x27, "\\'"],
  [0x5c, "\\\\"],
]);

/** Bytes as descriptors write the default of a bytes field: C escapes, octal for what is not printable. */
function escapeBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const isPrintable = byte >= 0x20 && byte < 0x7f;
    text += ESCAPES.get(byte) ?? (isPrintable ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`);
  }
  return text;
}
