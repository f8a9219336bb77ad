import { create } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type OneofDescriptorProto,
  OneofDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type {
  ExtendNode,
  FieldNode,
  MessageBody,
  MessageElement,
  MessageNode,
  OneofNode,
  OptionNode,
} from "../ast/index.ts";
import { lowerEnum } from "./lower-enum.ts";
import { type FieldPlace, lowerField } from "./lower-field.ts";
import { isSetTrue, keepOptions, plainName } from "./lower-options.ts";
import { lowerExtensions, lowerReserved } from "./lower-ranges.ts";
import { lowerVisibility } from "./lower-visibility.ts";
import type { Lowering } from "./lowering.ts";

/** Turns a message, with all in it, into its descriptor. */
export function lowerMessage(lowering: Lowering, node: MessageNode): DescriptorProto {
  const proto = lowering.record(create(DescriptorProtoSchema), node);
  proto.name = node.name.text;
  lowerVisibility(lowering, proto, node.visibility);
  lowerBody(lowering, proto, node.body);
  return proto;
}

function lowerBody(lowering: Lowering, proto: DescriptorProto, body: MessageBody): void {
  const options = body.elements.filter((element) => element.kind === "option");
  const isMessageSet = isSetTrue(options, "message_set_wire_format");
  for (const element of body.elements) lowerElement(lowering, proto, element, isMessageSet);
  keepOptions(lowering, proto, options);
  rejectMapEntryOption(lowering, options);
  if (lowering.isProto3) addSyntheticOneofs(proto);
}

function lowerElement(
  lowering: Lowering,
  proto: DescriptorProto,
  element: MessageElement,
  isMessageSet: boolean,
): void {
  switch (element.kind) {
    case "field":
      addField(lowering, proto, element, { kind: "message" });
      break;
    case "oneof":
      lowerOneof(lowering, proto, element);
      break;
    case "message":
      proto.nestedType.push(lowerMessage(lowering, element));
      break;
    case "enum":
      proto.enumType.push(lowerEnum(lowering, element));
      break;
    case "extend":
      lowerExtend(lowering, element, proto.extension, proto.nestedType);
      break;
    case "extensions":
      lowerExtensions(lowering, proto, element, isMessageSet);
      break;
    case "reserved":
      lowerReserved(lowering, proto, element, isMessageSet);
      break;
    default:
      break;
  }
}

function addField(lowering: Lowering, proto: DescriptorProto, node: FieldNode, place: FieldPlace): void {
  const { field, nested } = lowerField(lowering, node, place);
  proto.field.push(field);
  if (nested === undefined) return;
  proto.nestedType.push(nested);
  if (node.group !== undefined) lowerBody(lowering, nested, node.group);
}

function lowerOneof(lowering: Lowering, proto: DescriptorProto, node: OneofNode): void {
  const oneof: OneofDescriptorProto = lowering.record(create(OneofDescriptorProtoSchema), node);
  oneof.name = node.name.text;
  const index = proto.oneofDecl.push(oneof) - 1;
  const options: OptionNode[] = [];
  for (const element of node.elements) {
    if (element.kind === "option") options.push(element);
    else if (element.kind === "field") addField(lowering, proto, element, { kind: "oneof", index });
  }
  keepOptions(lowering, oneof, options);
}

/** Adds the fields of an extend block to `extensions`, and their groups to `nested`. */
export function lowerExtend(
  lowering: Lowering,
  node: ExtendNode,
  extensions: DescriptorProto["extension"],
  nested: DescriptorProto["nestedType"],
): void {
  for (const fieldNode of node.fields) {
    const lowered = lowerField(lowering, fieldNode, { kind: "extension", extendee: node.extendee });
    extensions.push(lowered.field);
    if (lowered.nested === undefined) continue;
    nested.push(lowered.nested);
    if (fieldNode.group !== undefined) lowerBody(lowering, lowered.nested, fieldNode.group);
  }
}

function rejectMapEntryOption(lowering: Lowering, options: readonly OptionNode[]): void {
  for (const option of options) {
    if (plainName(option) === "map_entry") {
      lowering.error(option, "map-entry-option", "`map_entry` cannot be set", {
        hint: "write `map<KeyType, ValueType> name = 1;`",
      });
    }
  }
}

/** An `optional` field of proto3 stands in a oneof of its own, behind all that were written. */
function addSyntheticOneofs(proto: DescriptorProto): void {
  const optional = proto.field.filter((field) => field.proto3Optional);
  if (optional.length === 0) return;
  const taken = new Set([...proto.field.map((field) => field.name), ...proto.oneofDecl.map((oneof) => oneof.name)]);
  const done = new Set<string>();
  for (const field of optional) {
    // Of fields of one name, which are an error, one is enough: the names that are not taken grow longer with each.
    if (done.has(field.name)) continue;
    done.add(field.name);
    let name = field.name.startsWith("_") ? field.name : `_${field.name}`;
    while (taken.has(name)) name = `X${name}`;
    taken.add(name);
    const oneof = create(OneofDescriptorProtoSchema);
    oneof.name = name;
    field.oneofIndex = proto.oneofDecl.push(oneof) - 1;
  }
}
