import { type DescField, type DescMessage, isFieldSet, type Message, toBinary, toJsonString } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { ABSENT, type Difference } from "./difference.ts";
import { listSourceInfoDifferences } from "./list-source-info-differences.ts";

/** Longer values are cut: the path tells where to look. */
const MAX_VALUE_LENGTH = 300;

/** A message whose fields are read by name. */
type Fields = Message & Readonly<Record<string, unknown>>;

/** Where two descriptors of one file differ, field by field, source info behind the rest. */
export function listDifferences(theirs: FileDescriptorProto, ours: FileDescriptorProto): readonly Difference[] {
  const found: Difference[] = [];
  compareMessages(FileDescriptorProtoSchema, theirs as unknown as Fields, ours as unknown as Fields, "", found);
  found.push(...listSourceInfoDifferences(theirs, ours));
  return found;
}

function compareMessages(schema: DescMessage, theirs: Fields, ours: Fields, path: string, found: Difference[]): void {
  for (const field of schema.fields) {
    if (field.name !== "source_code_info") compareField(field, theirs, ours, join(path, field.name), found);
  }
  compareUnknown(theirs, ours, path, found);
}

function compareField(field: DescField, theirs: Fields, ours: Fields, path: string, found: Difference[]): void {
  const theirValue = isFieldSet(theirs, field) ? theirs[field.localName] : undefined;
  const ourValue = isFieldSet(ours, field) ? ours[field.localName] : undefined;
  if (field.fieldKind === "list" && field.message !== undefined) {
    compareLists(field.message, asList(theirValue), asList(ourValue), path, found);
  } else if (field.fieldKind === "message" && theirValue !== undefined && ourValue !== undefined) {
    compareMessages(field.message, theirValue as Fields, ourValue as Fields, path, found);
  } else {
    const theirText = show(field, theirValue);
    const ourText = show(field, ourValue);
    if (theirText !== ourText) found.push({ path, theirs: cut(theirText), ours: cut(ourText) });
  }
}

/** Elements with names are matched by name, so that one left out does not make all behind it differ. */
function compareLists(
  schema: DescMessage,
  theirs: readonly Fields[],
  ours: readonly Fields[],
  path: string,
  found: Difference[],
): void {
  const ourByKey = new Map(ours.map((element, index) => [keyOf(element, index), { element, index }]));
  for (const [index, element] of theirs.entries()) {
    const key = keyOf(element, index);
    const elementPath = `${path}[${index}]${nameOf(element)}`;
    const match = ourByKey.get(key);
    ourByKey.delete(key);
    if (match === undefined) {
      found.push({ path: elementPath, theirs: cut(showMessage(schema, element)), ours: ABSENT });
      continue;
    }
    if (match.index !== index && theirs.length === ours.length) {
      found.push({ path: elementPath, theirs: `at ${index}`, ours: `at ${match.index}` });
    }
    compareMessages(schema, element, match.element, elementPath, found);
  }
  for (const { element, index } of ourByKey.values()) {
    const elementPath = `${path}[${index}]${nameOf(element)}`;
    found.push({ path: elementPath, theirs: ABSENT, ours: cut(showMessage(schema, element)) });
  }
}

/** Fields that no schema here knows: custom options, as they are on the wire. */
function compareUnknown(theirs: Fields, ours: Fields, path: string, found: Difference[]): void {
  const theirFields = (theirs.$unknown ?? []).map(showUnknown);
  const ourFields = (ours.$unknown ?? []).map(showUnknown);
  if (theirFields.join() === ourFields.join()) return;
  if (theirFields.toSorted().join() === ourFields.toSorted().join()) {
    found.push({ path: join(path, "order of custom options"), theirs: numbers(theirs), ours: numbers(ours) });
    return;
  }
  for (let index = 0; index < Math.max(theirFields.length, ourFields.length); index++) {
    const [theirField = ABSENT, ourField = ABSENT] = [theirFields[index], ourFields[index]];
    if (theirField !== ourField) {
      found.push({ path: join(path, `custom option[${index}]`), theirs: cut(theirField), ours: cut(ourField) });
    }
  }
}

function showUnknown({ no, wireType, data }: { no: number; wireType: number; data: Uint8Array }): string {
  const text = Array.from(data, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
  return `field ${no}, wire type ${wireType}: ${Buffer.from(data).toString("hex")} ${text}`;
}

function numbers({ $unknown = [] }: Fields): string {
  return $unknown.map(({ no }) => no).join(", ");
}

function keyOf(element: Fields, index: number): string {
  return typeof element["name"] === "string" ? `name ${element["name"]}` : `index ${index}`;
}

function nameOf(element: Fields): string {
  return typeof element["name"] === "string" ? ` "${element["name"]}"` : "";
}

function asList(value: unknown): readonly Fields[] {
  return (value ?? []) as readonly Fields[];
}

function show(field: DescField, value: unknown): string {
  if (value === undefined) return ABSENT;
  if (field.fieldKind === "message") return showMessage(field.message, value as Fields);
  if (field.enum !== undefined && typeof value === "number") return field.enum.value[value]?.name ?? String(value);
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
}

function showMessage(schema: DescMessage, message: Fields): string {
  try {
    return toJsonString(schema, message);
  } catch {
    return Buffer.from(toBinary(schema, message)).toString("hex");
  }
}

function cut(text: string): string {
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}… (${text.length} characters)` : text;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path} / ${name}`;
}
