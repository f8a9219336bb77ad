import { Edition } from "@bufbuild/protobuf/wkt";
import type { EnumValueNode, Node } from "../ast/index.ts";
import { editionOf, type FeatureTable } from "../features/index.ts";
import type { EnumDefinition, EnumValueDefinition, LinkedFile } from "../linker/index.ts";
import { checkEnumJsonStrings } from "./check-enum-json-strings.ts";

/** Checks the numbers of an enum's values, and that its values can be told apart in generated code. */
export function checkEnum(file: LinkedFile, features: FeatureTable, enumeration: EnumDefinition): void {
  const { proto, values } = enumeration;
  const first = values[0];
  if (
    first !== undefined &&
    first.proto.number !== 0 &&
    file.isNumberKnown(first.proto) &&
    !features.isClosed(enumeration)
  ) {
    file.error(
      numberNode(file, first),
      "enum-first-zero",
      `the first value of \`${proto.name}\` must be 0, as it is the default`,
      {
        hint: "put a value such as `UNSPECIFIED = 0;` first",
      },
    );
  }
  if (proto.options?.allowAlias !== true) checkNumbers(file, values);
  checkNames(file, enumeration);
  checkEnumJsonStrings(file, enumeration);
}

function numberNode(file: LinkedFile, value: EnumValueDefinition): Node | undefined {
  const node = file.node(value.proto) as EnumValueNode | undefined;
  return node?.number ?? node;
}

function checkNumbers(file: LinkedFile, values: readonly EnumValueDefinition[]): void {
  const seen = new Map<number, EnumValueDefinition>();
  const taken = new Set(values.map((value) => value.proto.number));
  /** Behind a number that is taken, where to go on looking: so that no number is looked at for each duplicate. */
  const skips = new Map<number, number>();
  for (const value of values) {
    // A number that could not be read was reported.
    if (!file.isNumberKnown(value.proto)) continue;
    const first = seen.get(value.proto.number);
    if (first === undefined) {
      seen.set(value.proto.number, value);
      continue;
    }
    let free = value.proto.number + 1;
    while (taken.has(free)) free = skips.get(free) ?? free + 1;
    skips.set(value.proto.number + 1, free);
    file.error(
      numberNode(file, value),
      "enum-number-duplicate",
      `\`${value.name}\` has number ${value.proto.number}, which is taken by \`${first.name}\``,
      {
        hint: `the next free number is ${free}; where an alias is meant, say \`option allow_alias = true;\``,
        notes: file.noteAt(first.proto, `\`${first.name}\` is here`),
      },
    );
  }
}

/** Generators drop the enum's name from its values and change their case: what remains has to differ. */
function checkNames(file: LinkedFile, enumeration: EnumDefinition): void {
  const seen = new Map<string, EnumValueDefinition>();
  for (const value of enumeration.values) {
    const stripped = toPascalCase(withoutPrefix(value.name, enumeration.name));
    const first = seen.get(stripped);
    if (first === undefined) {
      seen.set(stripped, value);
      continue;
    }
    if (first.name === value.name || first.proto.number === value.proto.number) continue;
    const message = `\`${value.name}\` and \`${first.name}\` are both \`${stripped}\` in generated code`;
    const isLegacy = enumeration.proto.options?.deprecatedLegacyJsonFieldConflicts === true;
    if (isLegacy && editionOf(file) === Edition.EDITION_PROTO2)
      file.warning(file.nameNode(value.proto), "enum-name-conflict", message);
    else
      file.error(file.nameNode(value.proto), "enum-name-conflict", message, {
        notes: file.noteAt(first.proto, `\`${first.name}\` is here`),
      });
  }
}

/** `name` without the enum's name before it, whatever the case and the underscores of that. */
function withoutPrefix(name: string, enumName: string): string {
  const prefix = enumName.replaceAll("_", "").toLowerCase();
  let at = 0;
  let matched = 0;
  for (; at < name.length && matched < prefix.length; at++) {
    if (name[at] === "_") continue;
    if (name[at]?.toLowerCase() !== prefix[matched++]) return name;
  }
  if (matched < prefix.length) return name;
  while (name[at] === "_") at++;
  return at === name.length ? name : name.slice(at);
}

function toPascalCase(name: string): string {
  return name
    .split("_")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}
