import { create } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProto_ExtensionRangeSchema,
  DescriptorProto_ReservedRangeSchema,
} from "@bufbuild/protobuf/wkt";
import type { ExtensionsNode, RangeNode, ReservedNode } from "../ast/index.ts";
import { isIdentifier, TokenKind } from "../lexer/index.ts";
import { keepOptions } from "./lower-options.ts";
import type { Lowering } from "./lowering.ts";

/** The largest number of a field, plus one. */
const FIELD_NUMBER_END = 0x20000000;
const MAX_INT32 = 0x7fffffff;

/** Where `to max` ends: message sets have more numbers. */
function maxEnd(isMessageSet: boolean): number {
  return isMessageSet ? MAX_INT32 : FIELD_NUMBER_END;
}

/** Adds the extension ranges of one statement; its options belong to each of them. */
export function lowerExtensions(
  lowering: Lowering,
  proto: DescriptorProto,
  node: ExtensionsNode,
  isMessageSet: boolean,
): void {
  for (const rangeNode of node.ranges) {
    const { start, end } = lowerRange(lowering, rangeNode, isMessageSet);
    const range = lowering.record(create(DescriptorProto_ExtensionRangeSchema, { start, end }), rangeNode);
    keepOptions(lowering, range, node.options?.options ?? []);
    proto.extensionRange.push(range);
  }
}

/** Adds the reserved numbers and names of one statement. */
export function lowerReserved(
  lowering: Lowering,
  proto: DescriptorProto,
  node: ReservedNode,
  isMessageSet: boolean,
): void {
  for (const rangeNode of node.ranges) {
    const { start, end } = lowerRange(lowering, rangeNode, isMessageSet);
    proto.reservedRange.push(lowering.record(create(DescriptorProto_ReservedRangeSchema, { start, end }), rangeNode));
  }
  for (const name of lowerReservedNames(lowering, node)) proto.reservedName.push(name);
}

/** Reserved names: strings before editions, identifiers since. */
export function lowerReservedNames(lowering: Lowering, node: ReservedNode): string[] {
  for (const name of node.names) {
    const isString = lowering.tokens.kind(name.first) === TokenKind.String;
    if (isString && lowering.isEditions) {
      lowering.error(name, "reserved-name", "in editions, names are reserved without quotes", {
        hint: `write \`reserved ${name.text};\``,
      });
    } else if (!isString && !lowering.isEditions) {
      lowering.error(name, "reserved-name", "names are reserved in quotes", {
        hint: `write \`reserved "${name.text}";\``,
      });
    } else if (!isIdentifier(name.text)) {
      lowering.warning(name, "reserved-name", `"${name.text}" is no name a field could have`);
    }
  }
  return node.names.map((name) => name.text);
}

/** A range with an exclusive end. */
function lowerRange(
  lowering: Lowering,
  node: RangeNode,
  isMessageSet: boolean,
): { readonly start: number; readonly end: number } {
  const start = lowering.int32(node.start, node.start.value);
  if (node.endValue === undefined) return { start, end: maxEnd(isMessageSet) };
  const last = node.endValue === node.start.value ? start : lowering.int32(node.end, node.endValue);
  if (start === MAX_INT32 || last === MAX_INT32) {
    lowering.error(node, "number-range", `${MAX_INT32} is out of bounds`, {
      hint: "write `max` for the largest number",
    });
  }
  return { start, end: last + 1 };
}
