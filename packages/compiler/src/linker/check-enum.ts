import { checkEnumRanges } from "./check-ranges.ts";
import type { EnumDefinition, MessageDefinition } from "./definition.ts";
import type { LinkedFile } from "./linked-file.ts";

/** Checks the values and reserved ranges of the enums of a message and of those in it. */
export function checkEnumsOf(file: LinkedFile, message: MessageDefinition): void {
  for (const enumeration of message.enums) checkEnum(file, enumeration);
  for (const nested of message.messages) checkEnumsOf(file, nested);
}

/** Checks an enum's values and reserved ranges, as far as no option decides on them. */
export function checkEnum(file: LinkedFile, { proto }: EnumDefinition): void {
  if (proto.value.length === 0) {
    file.error(file.nameNode(proto), "enum-empty", `enum \`${proto.name}\` has no value`, { hint: "an enum needs at least one, such as `UNSPECIFIED = 0;`" });
  }
  checkEnumRanges(file, proto);
  const names = new Set<string>();
  for (const name of proto.reservedName) {
    if (names.has(name)) file.error(file.nameNode(proto), "reserved-duplicate", `name \`${name}\` is reserved twice in \`${proto.name}\``);
    names.add(name);
  }
  for (const value of proto.value) {
    if (names.has(value.name)) file.error(file.nameNode(value), "enum-value-reserved", `the name \`${value.name}\` is reserved`);
  }
}
