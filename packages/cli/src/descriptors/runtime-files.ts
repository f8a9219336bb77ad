import { clone, create, createFileRegistry, type Registry } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { createReordering, findOpenExtensions, hasOpenOptions } from "./open-options.ts";
import { stripMessage } from "./strip-message.ts";

/**
 * The files of `targets` as protoc gives them to plugins, by path: without the options that only the compiler is to see
 * (`retention = RETENTION_SOURCE`) and their positions, and with custom options in the order of their numbers.
 * A file that is so already is left out.
 */
export function createRuntimeFiles(
  files: readonly FileDescriptorProto[],
  targets: readonly string[],
): ReadonlyMap<string, FileDescriptorProto> {
  const wanted = new Set(targets);
  const { open, hasSourceOnly } = findOpenExtensions(files);
  const affected = files.filter(
    (file) => wanted.has(file.name) && (mayHoldSourceOption(file) || hasOpenOptions(file, open)),
  );
  if (affected.length === 0) return new Map();
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: filesWithExtensions(files) }));
  const reorder = createReordering(open, registry);
  return new Map(
    affected.map((file) => [
      file.name,
      hasSourceOnly || mayHoldSourceOption(file) ? stripFile(file, registry) : reorder(file),
    ]),
  );
}

/** The files that define extensions, and those that they import, in the same order. */
function filesWithExtensions(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const needed = new Set<string>();
  for (const file of files.toReversed()) {
    const messages = [...file.messageType];
    // The list grows while it is walked.
    for (const message of messages) messages.push(...message.nestedType);
    const hasSome = file.extension.length > 0 || messages.some((message) => message.extension.length > 0);
    if (!hasSome && !needed.has(file.name)) continue;
    for (const name of [file.name, ...file.dependency, ...file.optionDependency]) needed.add(name);
  }
  return files.filter((file) => needed.has(file.name));
}

/** Of the options that descriptor.proto itself defines, those for the compiler only are in features and extension ranges. */
function mayHoldSourceOption(file: FileDescriptorProto): boolean {
  const messages = [...file.messageType];
  // The list grows while it is walked.
  for (const message of messages) messages.push(...message.nestedType);
  return (
    file.syntax === "editions" || messages.some((message) => message.extensionRange.some((range) => range.options))
  );
}

function stripFile(file: FileDescriptorProto, registry: Registry): FileDescriptorProto {
  const { sourceCodeInfo: info } = file;
  const stripped = clone(FileDescriptorProtoSchema, withoutSourceInfo(file));
  const removed = new Set<string>();
  stripMessage(stripped, FileDescriptorProtoSchema, [], { registry, hasSourceOnly: true, removed });
  if (info === undefined) return stripped;
  const isLeft = (path: readonly number[]) => !path.some((_, end) => removed.has(path.slice(0, end + 1).join(".")));
  const location = removed.size === 0 ? info.location : info.location.filter(({ path }) => isLeft(path));
  stripped.sourceCodeInfo = { ...info, location };
  return stripped;
}

/** A copy without positions and comments. It shares everything else. */
export function withoutSourceInfo(file: FileDescriptorProto): FileDescriptorProto {
  const copy = Object.assign(create(FileDescriptorProtoSchema), file);
  delete copy.sourceCodeInfo;
  return copy;
}
