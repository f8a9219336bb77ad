import type { EnumDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { EnumNode, EnumValueNode } from "../ast/index.ts";
import { indexReservedNames } from "./check-message.ts";
import { checkEnumRanges } from "./check-ranges.ts";
import type { EnumDefinition, MessageDefinition } from "./definition.ts";
import type { LinkedFile } from "./linked-file.ts";

/** Checks the values and reserved ranges of the enums of a message and of those in it. */
export function checkEnumsOf(file: LinkedFile, message: MessageDefinition): void {
  for (const enumeration of message.enums) checkEnum(file, enumeration);
  for (const nested of message.messages) checkEnumsOf(file, nested);
}

/** Checks an enum's values and reserved ranges, as far as no option decides on them. */
export function checkEnum(file: LinkedFile, { proto, fullName }: EnumDefinition): void {
  file.subject = fullName;
  const node = file.node(proto) as EnumNode | undefined;
  // An enum with a semicolon for a body was reported.
  if (proto.value.length === 0 && (node === undefined || node.open !== node.last)) {
    file.error(file.nameNode(proto), "enum-empty", `enum \`${proto.name}\` has no value`, {
      hint: "an enum needs at least one, such as `UNSPECIFIED = 0;`",
    });
  }
  checkEnumRanges(file, proto);
  const reserved = indexReservedNames(file, proto);
  let next: number | undefined;
  for (const value of proto.value) {
    const valueNode = file.node(value) as EnumValueNode | undefined;
    if (valueNode?.number.problem === "missing") {
      next ??= nextNumber(file, proto);
      const hint = `every value needs one, as in \`${value.name} = ${next++}\``;
      file.error(valueNode.number, "enum-number-missing", `enum value \`${value.name}\` has no number`, { hint });
    }
    if (!reserved.has(value.name)) continue;
    file.error(file.nameNode(value), "enum-value-reserved", `the name \`${value.name}\` is reserved`, {
      notes: file.noteAtNode(reserved.get(value.name), "reserved here"),
    });
  }
}

/** The number behind the largest one. */
function nextNumber(file: LinkedFile, proto: EnumDescriptorProto): number {
  const known = proto.value.filter((value) => file.isNumberKnown(value)).map((value) => value.number);
  return known.reduce((largest, number) => Math.max(largest, number), -1) + 1;
}
