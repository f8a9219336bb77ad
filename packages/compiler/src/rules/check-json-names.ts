import type { FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import { toJsonName, toMapEntryName } from "../descriptor/index.ts";
import type { FeatureTable } from "../features/index.ts";
import type { LinkedFile, MessageDefinition } from "../linker/index.ts";

import { fieldOption } from "./field-option.ts";

interface JsonName {
  readonly field: FieldDescriptorProto;
  readonly name: string;
  readonly isCustom: boolean;
}

/** Checks that no two fields of a message have one name in JSON. */
export function checkJsonNames(file: LinkedFile, features: FeatureTable, message: MessageDefinition): void {
  if (message.proto.options?.deprecatedLegacyJsonFieldConflicts === true) return;
  const isLegacy = features.isLegacyJson(message);
  /** Fields that were warned of, and those that are refused: one that was warned of may have to be refused all the same. */
  const [warned, refused] = [new Set<FieldDescriptorProto>(), new Set<FieldDescriptorProto>()];
  const hasCustom = message.proto.field.some((field) => Object.hasOwn(field, "jsonName"));
  for (const useCustom of hasCustom ? [false, true] : [false]) {
    const seen = new Map<string, JsonName>();
    for (const field of message.proto.field) {
      const json = jsonNameOf(field, useCustom);
      if (json.isCustom && json.name.startsWith("[") && json.name.endsWith("]")) {
        file.error(
          fieldOption(file, field, "json_name"),
          "json-name",
          `the JSON name "${json.name}" looks like that of an extension`,
        );
        continue;
      }
      const first = seen.get(json.name);
      if (first === undefined) {
        seen.set(json.name, json);
        continue;
      }
      const isKnown = useCustom && !json.isCustom && !first.isCustom;
      const isWarning = isLegacy && (!json.isCustom || !first.isCustom);
      const isReported = refused.has(field) || (isWarning && warned.has(field));
      if (isKnown || isReported || isNameTaken(message, field, first.field)) continue;
      (isWarning ? warned : refused).add(field);
      const text = `field \`${field.name}\` has the JSON name "${json.name}", which is that of \`${first.field.name}\``;
      const extras = {
        notes: file.noteAt(first.field, `\`${first.field.name}\` is here`),
        hint: "name one of them with `[json_name = ...]`, or rename it",
      };
      if (isWarning) file.warning(file.nameNode(field), "json-name-conflict", text, extras);
      else file.error(file.nameNode(field), "json-name-conflict", text, extras);
    }
  }
}

/** Whether two fields, or the entries of two maps, have one name in the schema already: that was reported. */
function isNameTaken(message: MessageDefinition, field: FieldDescriptorProto, other: FieldDescriptorProto): boolean {
  if (field.name === other.name) return true;
  const entry = toMapEntryName(field.name);
  const isMap = (one: FieldDescriptorProto): boolean => one.typeName.endsWith(`.${message.name}.${entry}`);
  return entry === toMapEntryName(other.name) && isMap(field) && isMap(other);
}

function jsonNameOf(field: FieldDescriptorProto, useCustom: boolean): JsonName {
  const standard = toJsonName(field.name);
  if (useCustom && Object.hasOwn(field, "jsonName") && field.jsonName !== standard)
    return { field, name: field.jsonName, isCustom: true };
  return { field, name: standard, isCustom: false };
}
