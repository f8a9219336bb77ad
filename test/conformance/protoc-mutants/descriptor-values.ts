import { create, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { UninterpretedOptionSchema } from "@bufbuild/protobuf/wkt";
import type { SeededChoice } from "../../simulation/seeded-choice.ts";
import { copyValue, type DescriptorVictim, type Fields, isRequired, keyOf } from "./descriptor-victim.ts";
import { OPTION_NAMES, VALUES, WORDS } from "./vocabulary.ts";

/** Bounds of what descriptors count, and what is beside them. */
const NUMBERS: readonly number[] = [
  ...[-2147483648, -5, -1, 0, 1, 2, 3, 4, 10, 99, 100, 101, 1000, 18999, 19000, 19999, 20000, 50000],
  ...[536870911, 536870912, 2147483646, 2147483647],
];
/** Names, paths, JSON names and values of defaults, and what is none of them. */
const NAMES: readonly string[] = [
  ..."a.b .a a. .. 1a a-b \u00e9 Entry foo_bar fooBar FOO_BAR _ __ a.proto proto2 proto3 editions [a] 1 -1 true".split(
    " ",
  ),
  ...["", "a b", "a\0b", "google/protobuf/any.proto", "google/protobuf/descriptor.proto", ".google.protobuf.Any"],
  ...[".google.protobuf.FieldOptions", ".google.protobuf.FeatureSet"],
];
const CHANCE_OF_SAME_FIELD = 0.45;
const CHANCE_OF_OTHER_FIELD = 0.7;
const MAX_DEPTH = 2;
const CHANCE_OF_FIELD = 0.4;

/** A value for a field, or for an element of it: one that such a field has, or some other one, or one that is made of nothing. */
export function pickValue(field: DescField, victim: DescriptorVictim, choice: SeededChoice, depth = 0): unknown {
  const known = victim.values.get(keyOf(field)) ?? [];
  if (known.length > 0 && choice.chance(CHANCE_OF_SAME_FIELD)) return copyValue(field, choice.pick(known));
  if (field.message !== undefined) return makeMessage(field.message, victim, choice, depth);
  if (field.enum !== undefined) return choice.pick(field.enum.values).number;
  switch (field.scalar) {
    case ScalarType.STRING:
      return pickString(victim, choice);
    case ScalarType.BOOL:
      return choice.chance(0.5);
    case ScalarType.BYTES:
      return Buffer.from(choice.pick(VALUES).replaceAll(/^["']|["']$/g, ""));
    case ScalarType.DOUBLE:
      return choice.pick([0, -0, 1, 1.5, -1, 1e300, Number.NaN, Number.POSITIVE_INFINITY]);
    case ScalarType.UINT64:
      return choice.pick([0n, 1n, 2147483648n, 4294967296n, 18446744073709551615n]);
    case ScalarType.INT64:
      return choice.pick([-1n, -2147483649n, -9223372036854775808n]);
    default:
      return pickNumber(known, choice);
  }
}

function pickString({ strings }: DescriptorVictim, choice: SeededChoice): string {
  if (strings.length > 0 && choice.chance(CHANCE_OF_OTHER_FIELD)) {
    const text = choice.pick(strings);
    return choice.pick([text, text, text, `.${text}`, text.slice(1), `${text}_`, text.toUpperCase()]);
  }
  return choice.pick(choice.pick([NAMES, NAMES, WORDS, OPTION_NAMES]));
}

function pickNumber(known: readonly unknown[], choice: SeededChoice): number {
  const one = known.length === 0 ? 0 : Number(choice.pick(known));
  return choice.chance(0.4)
    ? Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), one + choice.pick([-1, 1])))
    : choice.pick(NUMBERS);
}

/** A message with some of its fields, those that have to be there as a rule among them. */
function makeMessage(schema: DescMessage, victim: DescriptorVictim, choice: SeededChoice, depth: number): Fields {
  const message = create(schema) as Fields;
  if (schema === UninterpretedOptionSchema) {
    const [name, ...values] = schema.fields;
    for (const field of name === undefined ? [] : [name, choice.pick(values)]) {
      const value = pickValue(field, victim, choice, depth + 1);
      message[field.localName] = field.fieldKind === "list" ? [value] : value;
    }
    return message;
  }
  for (const field of schema.fields) {
    const isUsual = /^(?:name|number|type|label|start|end)$/.test(field.name);
    const chance = isUsual ? 0.95 : CHANCE_OF_FIELD / Math.sqrt(schema.fields.length);
    if (!isRequired(field) && !choice.chance(chance)) continue;
    if (field.message !== undefined && depth >= MAX_DEPTH) continue;
    const value = pickValue(field, victim, choice, depth + 1);
    message[field.localName] = field.fieldKind === "list" ? [value] : value;
  }
  return message;
}
