import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { encodeDescriptor } from "@gannet/compiler";
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

/** FileDescriptorSet.file */
const FILE_FIELD = 1;

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
  const pieces = wanted.flatMap((file) => {
    const kept: FileDescriptorProto = stripped.get(file.name) ?? file;
    return encodeFileField(FILE_FIELD, options.includeSourceInfo ? kept : withoutSourceInfo(kept));
  });
  return Buffer.concat(pieces);
}

/** A descriptor as a field of a message that has several: its head, and the bytes behind that. */
export function encodeFileField(field: number, file: FileDescriptorProto): readonly Uint8Array[] {
  const bytes = encodeDescriptor(file);
  const head = new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(bytes.length).finish();
  return [head, bytes];
}
