import {
  FieldOptions_JSType as JSType,
  FieldDescriptorProto_Label as Label,
  FileOptions_OptimizeMode as OptimizeMode,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { FieldNode, Node } from "../ast/index.ts";
import { nameOfType, toJsonName, toMapEntryName } from "../descriptor/index.ts";
import { type FeatureTable, isPackable } from "../features/index.ts";
import { type FieldDefinition, isExtension, type LinkedFile } from "../linker/index.ts";
import { checkMapField } from "./check-map-field.ts";
import { fieldOption } from "./field-option.ts";

const LONG_TYPES: ReadonlySet<Type> = new Set([Type.INT64, Type.UINT64, Type.SINT64, Type.FIXED64, Type.SFIXED64]);

/** Whether a file is compiled for the lite runtime. */
export function isLite(file: LinkedFile): boolean {
  return file.proto.options?.optimizeFor === OptimizeMode.LITE_RUNTIME;
}

/** Checks what the options of a field, and of the message it belongs to, allow. */
export function checkField(file: LinkedFile, features: FeatureTable, field: FieldDefinition): void {
  const { proto } = field;
  const { options } = proto;
  const node = file.node(proto);
  if (proto.label === Label.REPEATED && Object.hasOwn(proto, "defaultValue")) {
    file.error(
      fieldOption(file, proto, "default"),
      "default-repeated",
      `\`${field.name}\` is repeated: it cannot have a default value`,
      { hint: "remove it: a list is empty unless something is put into it" },
    );
  }
  if (options?.packed === true && !isPackable(field)) {
    file.error(fieldOption(file, proto, "packed"), "packed", "`packed` is for repeated numbers, bools and enums only");
  }
  const hasType = Object.hasOwn(proto, "type");
  const isPlainMessage = proto.type === Type.MESSAGE && !features.isDelimited(field);
  if (hasType && (options?.lazy === true || options?.unverifiedLazy === true) && !isPlainMessage) {
    const name = options.lazy ? "lazy" : "unverified_lazy";
    file.error(fieldOption(file, proto, name), "lazy", "`lazy` is for messages that are not delimited");
  }
  if (options?.unverifiedLazy === true && isExtension(field)) {
    file.error(fieldOption(file, proto, "unverified_lazy"), "lazy", "an extension cannot be `unverified_lazy`", {
      hint: "it can be `lazy`",
    });
  }
  if (hasType && options !== undefined && options.jstype !== JSType.JS_NORMAL && !LONG_TYPES.has(proto.type)) {
    file.error(
      fieldOption(file, proto, "jstype"),
      "jstype",
      `\`jstype\` is for integers of 64 bits, not for ${nameOfType(proto.type)}`,
    );
  }
  checkMessageSet(file, features, field, node);
  checkJsonName(file, field);
  if (isLite(file) && field.parent !== undefined && !isLite(field.parent.file)) {
    file.error(
      node,
      "lite-extension",
      `a file for the lite runtime cannot extend \`${field.parent.fullName}\`, which is not`,
      { hint: "say `option optimize_for = LITE_RUNTIME;` in both files, or in none" },
    );
  }
  if (field.message?.proto.options?.mapEntry === true) checkEntryUse(file, field);
}

function checkMessageSet(
  file: LinkedFile,
  features: FeatureTable,
  field: FieldDefinition,
  node: Node | undefined,
): void {
  if (field.parent?.proto.options?.messageSetWireFormat !== true) return;
  if (!isExtension(field)) {
    file.error(node, "message-set", "a message set has extensions only, no fields");
  } else if (field.proto.label === Label.REPEATED || field.proto.type !== Type.MESSAGE || features.isRequired(field)) {
    file.error(node, "message-set", "an extension of a message set is a single, optional message");
  }
}

function checkJsonName(file: LinkedFile, field: FieldDefinition): void {
  const { proto } = field;
  if (!Object.hasOwn(proto, "jsonName")) return;
  const node = fieldOption(file, proto, "json_name");
  if (isExtension(field) && proto.jsonName !== toJsonName(proto.name)) {
    file.error(
      node,
      "json-name",
      "an extension cannot have a `json_name`: in JSON it goes by its full name in brackets",
    );
  }
  if (proto.jsonName.includes("\0")) file.error(node, "json-name", "a JSON name cannot contain NUL");
}

/** Checks that the key or the value of a map is not the entry of one. */
export function checkMapPart(file: LinkedFile, field: FieldDefinition): void {
  if (field.message?.proto.options?.mapEntry === true) reportEntryUse(file, field, file.node(field.proto));
}

/** The entry of a map is no type of one's own: only its map may use it. */
function checkEntryUse(file: LinkedFile, field: FieldDefinition): void {
  const node = file.node(field.proto) as FieldNode | undefined;
  // A map that cannot stand where it does was reported.
  if (isExtension(field) && node?.type.kind === "map") return;
  const isItsMap =
    field.message?.name === toMapEntryName(field.name) &&
    field.proto.label === Label.REPEATED &&
    field.parent === field.message.parent;
  const isGroup = field.proto.type === Type.GROUP;
  if (isItsMap && !isGroup && node?.type.kind !== "named") {
    checkMapField(file, field, node);
    return;
  }
  reportEntryUse(file, field, node?.type ?? node);
}

function reportEntryUse(file: LinkedFile, field: FieldDefinition, node: Node | undefined): void {
  file.error(
    node,
    "map-entry-type",
    `\`${field.message?.fullName}\` is the entry of a map and cannot be used as a type`,
    { hint: "define a message with a field for the key and one for the value" },
  );
}
