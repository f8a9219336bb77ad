import { create } from "@bufbuild/protobuf";
import {
  type EnumDescriptorProto,
  EnumDescriptorProto_EnumReservedRangeSchema,
  EnumDescriptorProtoSchema,
  type EnumValueDescriptorProto,
  EnumValueDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { EnumNode, EnumValueNode, OptionNode } from "../ast/index.ts";
import { keepOptions, plainName } from "./lower-options.ts";
import { lowerReservedNames } from "./lower-ranges.ts";
import { lowerVisibility } from "./lower-visibility.ts";
import type { Lowering } from "./lowering.ts";

const MAX_ENUM_VALUE = 0x7fffffff;

/** Turns an enum into its descriptor. */
export function lowerEnum(lowering: Lowering, node: EnumNode): EnumDescriptorProto {
  const proto = lowering.record(create(EnumDescriptorProtoSchema), node);
  proto.name = node.name.text;
  lowerVisibility(lowering, proto, node.visibility);
  const options: OptionNode[] = [];
  for (const element of node.elements) {
    switch (element.kind) {
      case "enum-value":
        proto.value.push(lowerEnumValue(lowering, element));
        break;
      case "option":
        options.push(element);
        break;
      case "reserved":
        for (const name of lowerReservedNames(lowering, element)) proto.reservedName.push(name);
        for (const range of element.ranges) {
          const start = lowering.int32(range.start, range.start.value);
          const isSingle = range.endValue === range.start.value;
          const end =
            range.endValue === undefined
              ? MAX_ENUM_VALUE
              : isSingle
                ? start
                : lowering.int32(range.end, range.endValue);
          proto.reservedRange.push(
            lowering.record(create(EnumDescriptorProto_EnumReservedRangeSchema, { start, end }), range),
          );
        }
        break;
      default:
        break;
    }
  }
  keepOptions(lowering, proto, options);
  checkAlias(lowering, proto, options);
  return proto;
}

function lowerEnumValue(lowering: Lowering, node: EnumValueNode): EnumValueDescriptorProto {
  const value = lowering.record(create(EnumValueDescriptorProtoSchema), node);
  value.name = node.name.text;
  value.number = lowering.int32(node.number, node.number.value);
  keepOptions(lowering, value, node.options?.options ?? []);
  return value;
}

/** `allow_alias` has to be of use: protoc refuses it where it changes nothing. */
function checkAlias(lowering: Lowering, proto: EnumDescriptorProto, options: readonly OptionNode[]): void {
  const alias = options.find((option) => plainName(option) === "allow_alias");
  if (alias === undefined || alias.value.kind !== "identifier") return;
  if (alias.value.text !== "true") {
    lowering.error(alias, "alias-useless", "`allow_alias = false` has no effect", {
      hint: "remove it: that is the default",
    });
    return;
  }
  const numbers = new Set(proto.value.map((value) => value.number));
  if (numbers.size === proto.value.length) {
    lowering.error(
      alias,
      "alias-useless",
      `enum \`${proto.name}\` allows aliases, but no two of its values share a number`,
      {
        hint: "remove `allow_alias`",
      },
    );
  }
}
