import { FieldDescriptorProto_Label as Label, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import type { FieldNode } from "../ast/index.ts";
import type { FeatureTable } from "../features/index.ts";
import { type FieldDefinition, isExtension, type LinkedFile, type MessageDefinition } from "../linker/index.ts";

import { fieldOption } from "./field-option.ts";
import { mapValueOf } from "./map-value.ts";

/** What proto3 files may extend: the messages that hold options. */
// biome-ignore format: a list to scan
const EXTENDABLE: ReadonlySet<string> = new Set(
  [
    "FileOptions", "MessageOptions", "FieldOptions", "OneofOptions", "EnumOptions", "EnumValueOptions", "ServiceOptions",
    "MethodOptions", "ExtensionRangeOptions", "StreamOptions",
  ].flatMap((name) => [`google.protobuf.${name}`, `proto2.${name}`]),
);

/** Checks a message of a proto3 file for what only proto2 has. */
export function checkProto3Message(file: LinkedFile, { proto }: MessageDefinition): void {
  const [range] = proto.extensionRange;
  if (range !== undefined) {
    file.error(file.node(range), "proto3-extensions", "messages cannot be extended in proto3", {
      hint: "use `google.protobuf.Any` for values of any type",
    });
  }
  if (proto.options?.messageSetWireFormat === true)
    file.error(file.nameNode(proto), "message-set", "there are no message sets in proto3");
}

/** Checks a field of a proto3 file for what only proto2 has. */
export function checkProto3Field(file: LinkedFile, features: FeatureTable, field: FieldDefinition): void {
  const { proto } = field;
  const node = file.node(proto) as FieldNode | undefined;
  if (isExtension(field) && field.parent !== undefined && !EXTENDABLE.has(field.parent.fullName)) {
    file.error(
      file.lowered?.extendees.get(proto) ?? node,
      "proto3-extend",
      `in proto3 only the messages of options can be extended, not \`${field.parent.fullName}\``,
      { hint: "extend it in a file of proto2 or an edition, or give it a field" },
    );
  }
  if (proto.label === Label.REQUIRED && !isExtension(field)) {
    file.error(node?.label ?? node, "proto3-required", "there are no required fields in proto3", {
      hint: "remove `required`",
    });
  }
  if (Object.hasOwn(proto, "defaultValue")) {
    file.error(fieldOption(file, proto, "default"), "proto3-default", "fields have no default of their own in proto3", {
      hint: "remove `default`: it is 0, false or empty",
    });
  }
  if (proto.type === Type.GROUP) {
    file.error(node?.type ?? node, "proto3-group", "there are no groups in proto3", {
      hint: "use a message and a field of its type",
    });
  }
  const enumeration = field.enum ?? mapValueOf(field)?.enum;
  if (enumeration !== undefined && features.isClosed(enumeration)) {
    const place = node?.type.kind === "map" ? node.type.value : (node?.type ?? node);
    file.error(
      place,
      "proto3-closed-enum",
      `\`${enumeration.fullName}\` is a closed enum of proto2, which proto3 messages cannot use`,
      {
        hint: "define the enum in a file of proto3, or the message in one of an edition",
        notes: enumeration.file.noteAt(enumeration.proto, "the enum is defined here"),
      },
    );
  }
}
