import {
  clone,
  create,
  createFileRegistry,
  type DescExtension,
  type DescField,
  type DescMessage,
  getExtension,
  isMessage,
  type Message,
  type Registry,
  setExtension,
  toBinary,
} from "@bufbuild/protobuf";
import { isReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import {
  type DescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldOptions_OptionRetention as Retention,
} from "@bufbuild/protobuf/wkt";

/**
 * The files of `targets` without the options that only the compiler is to see (`retention = RETENTION_SOURCE`), by path.
 * A file without such options is left out. What happens to an option's message, to an options message that gets empty,
 * and to the positions of what goes, is as protoc does it.
 */
export function withoutSourceOptions(
  files: readonly FileDescriptorProto[],
  targets: readonly string[],
): ReadonlyMap<string, FileDescriptorProto> {
  const stripped = new Map<string, FileDescriptorProto>();
  const declared = files.some((file) => file.name !== "google/protobuf/descriptor.proto" && declaresSourceOption(file));
  const wanted = new Set(targets);
  const affected = files.filter((file) => wanted.has(file.name) && (declared || usesSourceOption(file)));
  if (affected.length === 0) return stripped;
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  for (const file of affected) stripped.set(file.name, stripFile(file, registry));
  return stripped;
}

/** Whether a file declares an option, or a part of one, that is for the compiler only. */
function declaresSourceOption(file: FileDescriptorProto): boolean {
  const messages = allMessages(file);
  return [file, ...messages].some((scope) =>
    [...scope.extension, ...("field" in scope ? scope.field : [])].some(
      (field) => field.options?.retention === Retention.RETENTION_SOURCE,
    ),
  );
}

/** Whether a file can hold an option of descriptor.proto that is for the compiler only: one of editions, or of extension ranges. */
function usesSourceOption(file: FileDescriptorProto): boolean {
  return (
    file.syntax === "editions" ||
    allMessages(file).some((message) => message.extensionRange.some((range) => range.options))
  );
}

function allMessages(file: FileDescriptorProto): DescriptorProto[] {
  const messages = [...file.messageType];
  // The list grows while it is walked.
  for (const message of messages) messages.push(...message.nestedType);
  return messages;
}

function stripFile(file: FileDescriptorProto, registry: Registry): FileDescriptorProto {
  const copy = clone(FileDescriptorProtoSchema, file);
  const removed = new Set<string>();
  stripMessage(copy, FileDescriptorProtoSchema, [], { registry, removed });
  const info = copy.sourceCodeInfo;
  if (info !== undefined) {
    info.location = info.location.filter(
      ({ path }) => !path.some((_, end) => removed.has(path.slice(0, end + 1).join("."))),
    );
  }
  return copy;
}

interface Stripping {
  readonly registry: Registry;
  /** The paths of what was taken away, joined by dots. */
  readonly removed: Set<string>;
}

/** Takes the compiler's options out of a message and all that it holds. True where there were any. */
function stripMessage(message: Message, schema: DescMessage, path: readonly number[], stripping: Stripping): boolean {
  const reflected = reflect(schema, message);
  let changed = false;
  for (const field of schema.fields) {
    if (!reflected.isSet(field) || field.message?.typeName === "google.protobuf.SourceCodeInfo") continue;
    const fieldPath = [...path, field.number];
    const stripped = !isSourceOnly(field) && stripParts(reflected.get(field), fieldPath, stripping);
    if (isSourceOnly(field) || (stripped && isEmptyOptions(field, reflected.get(field)))) {
      reflected.clear(field);
      stripping.removed.add(fieldPath.join("."));
      changed = true;
    }
    changed ||= stripped;
  }
  return stripExtensions(message, schema, path, stripping) || changed;
}

/** What a field of a message holds: one message, or a list with some. */
function stripParts(value: unknown, path: readonly number[], stripping: Stripping): boolean {
  if (isReflectMessage(value)) return stripMessage(value.message, value.desc, path, stripping);
  if (typeof value !== "object" || value === null || !(Symbol.iterator in value) || value instanceof Uint8Array)
    return false;
  let changed = false;
  for (const [index, item] of [...(value as Iterable<unknown>)].entries()) {
    if (isReflectMessage(item)) changed = stripMessage(item.message, item.desc, [...path, index], stripping) || changed;
  }
  return changed;
}

/** Custom options: fields that the message type does not know, and the registry does. */
function stripExtensions(
  message: Message,
  schema: DescMessage,
  path: readonly number[],
  stripping: Stripping,
): boolean {
  let changed = false;
  for (const number of new Set(message.$unknown?.map((field) => field.no))) {
    const extension = stripping.registry.getExtensionFor(schema, number);
    if (extension === undefined) continue;
    if (isSourceOnly(extension)) {
      message.$unknown = message.$unknown?.filter((field) => field.no !== number) ?? [];
      stripping.removed.add([...path, number].join("."));
      changed = true;
    } else if (stripExtension(message, extension, [...path, number], stripping)) {
      changed = true;
    }
  }
  return changed;
}

function stripExtension(
  message: Message,
  extension: DescExtension,
  path: readonly number[],
  stripping: Stripping,
): boolean {
  const desc = extension.message;
  if (desc === undefined) return false;
  const value: unknown = getExtension(message, extension);
  const items = Array.isArray(value) ? value : [value];
  let changed = false;
  for (const [index, item] of items.entries()) {
    // Some well-known types have no message of their own in JavaScript; none of their fields is for the compiler only.
    if (!isMessage(item, desc)) continue;
    const itemPath = Array.isArray(value) ? [...path, index] : path;
    changed = stripMessage(item, desc, itemPath, stripping) || changed;
  }
  if (changed) setExtension(message, extension, value as never);
  return changed;
}

function isSourceOnly(field: DescField | DescExtension): boolean {
  return field.proto.options?.retention === Retention.RETENTION_SOURCE;
}

/** The `options` of a descriptor, with nothing in them: those go altogether. Messages within options stay. */
function isEmptyOptions(field: DescField, value: unknown): boolean {
  if (field.name !== "options" || !isReflectMessage(value)) return false;
  return toBinary(value.desc, value.message).length === 0;
}
