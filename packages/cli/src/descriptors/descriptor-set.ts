import { create, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { createRuntimeFiles, withoutSourceInfo } from "./runtime-files.ts";

/** What of the descriptors is wanted. */
export interface DescriptorSetOptions {
  /** Those of all imports too, each file behind its imports. */
  readonly includeImports: boolean;
  /** Positions and comments. */
  readonly includeSourceInfo: boolean;
  /** Options that only the compiler is to see. */
  readonly retainOptions: boolean;
}

/** The bytes of a FileDescriptorSet with the files of `targets`, each behind its imports. */
export function encodeDescriptorSet(
  files: readonly FileDescriptorProto[],
  targets: readonly string[],
  options: DescriptorSetOptions,
): Uint8Array {
  const wanted = options.includeImports ? files : files.filter((file) => targets.includes(file.name));
  const stripped = options.retainOptions
    ? new Map()
    : createRuntimeFiles(
        files,
        wanted.map((file) => file.name),
      );
  const set = wanted.map((file): FileDescriptorProto => {
    const kept: FileDescriptorProto = stripped.get(file.name) ?? file;
    return options.includeSourceInfo ? kept : withoutSourceInfo(kept);
  });
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: set }));
}
