import { create } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  MessageOptionsSchema,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { FieldNode, MapTypeNode, NamedTypeNode, NameNode } from "../ast/index.ts";
import { toMapEntryName } from "./json-name.ts";
import { lowerFieldOptions, plainName } from "./lower-options.ts";
import type { Lowering } from "./lowering.ts";
import { replacementOf, scalarTypesOf } from "./scalar-type.ts";

/** Where a field stands, which decides what it may be. */
export type FieldPlace =
  | { readonly kind: "message" }
  | { readonly kind: "oneof"; readonly index: number }
  | { readonly kind: "extension"; readonly extendee: NameNode };

/** A field, and the message that came into being with it: a map's entry, or a group (whose body is still empty). */
export interface LoweredField {
  readonly field: FieldDescriptorProto;
  readonly nested: DescriptorProto | undefined;
}

/** Turns a field into its descriptor, types and options being as written. */
export function lowerField(lowering: Lowering, node: FieldNode, place: FieldPlace): LoweredField {
  const field = lowering.record(create(FieldDescriptorProtoSchema), node);
  field.name = node.name.text;
  field.number = lowering.int32(node.number, node.number.value);
  if (place.kind === "extension") {
    field.extendee = place.extendee.text;
    lowering.extendees.set(field, place.extendee);
  }
  if (place.kind === "oneof") field.oneofIndex = place.index;
  checkLabel(lowering, node, place);
  field.label = labelOf(node);
  if (node.label?.text === "optional" && lowering.isProto3 && place.kind !== "oneof") field.proto3Optional = true;
  if (node.type.kind === "map") return lowerMapField(lowering, field, node, node.type);
  if (node.group !== undefined) return lowerGroup(lowering, field, node);
  setType(lowering, field, node.type);
  lowerFieldOptions(lowering, field, scalarTypesOf(lowering.edition).get(node.type.text), node.options);
  return { field, nested: undefined };
}

function labelOf(node: FieldNode): Label {
  if (node.type.kind === "map" || node.label?.text === "repeated") return Label.REPEATED;
  return node.label?.text === "required" ? Label.REQUIRED : Label.OPTIONAL;
}

function setType(lowering: Lowering, field: FieldDescriptorProto, type: NamedTypeNode): void {
  const replacement = replacementOf(type.text, lowering.edition);
  if (replacement !== undefined) {
    const hint = `write \`${replacement}\``;
    lowering.error(type, "type-unknown", `there is no type \`${type.text}\` in the edition to come`, { hint });
  }
  const scalar = scalarTypesOf(lowering.edition).get(type.text);
  if (scalar === undefined) field.typeName = type.text;
  else field.type = scalar;
}

function checkLabel(lowering: Lowering, node: FieldNode, place: FieldPlace): void {
  const { label } = node;
  if (place.kind === "oneof") {
    if (label !== undefined) {
      const hint =
        label.text === "repeated"
          ? "put the repeated field into a message of its own"
          : "remove it: one of them is set, or none";
      lowering.error(label, "oneof-label", `a field of a oneof cannot be \`${label.text}\``, { hint });
    }
    if (node.type.kind === "map") {
      lowering.error(node.type, "map-place", "a oneof cannot contain a map", {
        hint: "put the map into a message of its own",
      });
    }
    return;
  }
  if (node.type.kind === "map") {
    if (label !== undefined) {
      lowering.error(label, "map-label", `a map cannot be \`${label.text}\``, {
        hint: "remove the label: a map is repeated by nature",
      });
    }
    if (place.kind === "extension") {
      const hint = "put the map into a message, and extend by a field of that type";
      lowering.error(node.type, "map-place", "an extension cannot be a map", { hint });
    }
    return;
  }
  if (lowering.isEditions) {
    const hint =
      label?.text === "optional"
        ? "remove it: fields have presence unless `features.field_presence` says otherwise"
        : "use `[features.field_presence = LEGACY_REQUIRED]`";
    if (label !== undefined && label.text !== "repeated") {
      lowering.error(label, "label-edition", `there is no \`${label.text}\` in editions`, { hint });
    }
  } else if (label === undefined && lowering.isProto2) {
    lowering.error(node.type, "label-missing", "a field needs `optional`, `required` or `repeated` in proto2", {
      hint: 'write one of them, or `syntax = "proto3";` at the top of the file',
    });
  }
}

/** `map<K, V> f` is a repeated field of a nested message with a key and a value. */
function lowerMapField(
  lowering: Lowering,
  field: FieldDescriptorProto,
  node: FieldNode,
  type: MapTypeNode,
): LoweredField {
  const entry = lowering.record(create(DescriptorProtoSchema), node);
  entry.name = toMapEntryName(field.name);
  entry.options = create(MessageOptionsSchema, { mapEntry: true });
  field.typeName = entry.name;
  lowerFieldOptions(lowering, field, Type.MESSAGE, withoutDefault(lowering, node));
  const key = lowerMapPart(lowering, "key", 1, type.key);
  const value = lowerMapPart(lowering, "value", 2, type.value);
  entry.field.push(key, value);
  // Features of a map apply to its keys and values: generators see only the entry's fields.
  const options = lowering.options.get(field) ?? [];
  for (const part of [key, value]) {
    const inherited = options.filter((option) => {
      const [first] = option.name.parts;
      if (first?.isExtension === false && first.text === "features") return true;
      return plainName(option) === "enforce_utf8" && part.type === Type.STRING;
    });
    if (inherited.length > 0) lowering.options.set(part, inherited);
  }
  return { field, nested: entry };
}

/** A map cannot have a default: reports one, and leaves it out. */
function withoutDefault(lowering: Lowering, node: FieldNode): FieldNode["options"] {
  const found = node.options?.options.find((option) => plainName(option) === "default");
  if (node.options === undefined || found === undefined) return node.options;
  lowering.error(found, "default-type", "a map cannot have a default value");
  return { ...node.options, options: node.options.options.filter((option) => option !== found) };
}

function lowerMapPart(lowering: Lowering, name: string, number: number, type: NamedTypeNode): FieldDescriptorProto {
  const part = lowering.record(create(FieldDescriptorProtoSchema), type);
  part.name = name;
  part.number = number;
  part.label = Label.OPTIONAL;
  setType(lowering, part, type);
  return part;
}

/** A group is a field and a message of the same name; the field's is in lower case. */
function lowerGroup(lowering: Lowering, field: FieldDescriptorProto, node: FieldNode): LoweredField {
  if (lowering.isEditions) {
    lowering.error(node.type, "group-edition", "there are no groups in editions", {
      hint: "use a message, and `[features.message_encoding = DELIMITED]` where the encoding matters",
    });
  }
  // The group's message and its field would have one name otherwise.
  const name = node.name.text.slice(0, 1).toUpperCase() + node.name.text.slice(1);
  if (name !== node.name.text || !/^[A-Z]/.test(name)) {
    lowering.error(
      node.name,
      "group-name",
      `the name of a group starts with a capital letter, not as \`${node.name.text}\` does`,
      {
        hint: /^[A-Z]/.test(name) ? `write \`${name}\`` : undefined,
      },
    );
  }
  const group = lowering.record(create(DescriptorProtoSchema), node);
  group.name = name;
  field.name = node.name.text.toLowerCase();
  field.type = Type.GROUP;
  field.typeName = name;
  lowerFieldOptions(lowering, field, Type.GROUP, node.options);
  return { field, nested: group };
}
