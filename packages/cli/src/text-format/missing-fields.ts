import { FeatureSet_FieldPresence as FieldPresence } from "@bufbuild/protobuf/wkt";
import { isMessageFields, type MessageFields } from "./message-fields.ts";

/** The paths of required fields that a message, and those in it, do not have: `a`, `b[2].c`. */
export function findMissingFields(message: MessageFields, prefix = ""): string[] {
  const there = new Set(message.known.map(({ field }) => field.number));
  const missing = message.type.fields
    .filter((field) => field.presence === FieldPresence.LEGACY_REQUIRED && !there.has(field.number))
    .map((field) => prefix + field.name);
  for (const { field, values, entries } of message.known) {
    const name = field.kind === "extension" ? `(${field.typeName})` : field.name;
    const items = [...values, ...entries.map(({ value }) => value)];
    for (const [index, item] of items.entries()) {
      const place = field.fieldKind === "list" || field.fieldKind === "map" ? `${name}[${index}]` : name;
      if (isMessageFields(item)) missing.push(...findMissingFields(item, `${prefix}${place}.`));
    }
  }
  return missing;
}
