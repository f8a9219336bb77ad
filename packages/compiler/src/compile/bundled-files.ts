import type { DescFile } from "@bufbuild/protobuf";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import {
  file_google_protobuf_any,
  file_google_protobuf_api,
  file_google_protobuf_compiler_plugin,
  file_google_protobuf_cpp_features,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_go_features,
  file_google_protobuf_java_features,
  file_google_protobuf_source_context,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_type,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";

const FILES: readonly DescFile[] = [
  file_google_protobuf_any,
  file_google_protobuf_api,
  file_google_protobuf_compiler_plugin,
  file_google_protobuf_cpp_features,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_go_features,
  file_google_protobuf_java_features,
  file_google_protobuf_source_context,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_type,
  file_google_protobuf_wrappers,
];

const BY_PATH: ReadonlyMap<string, FileDescriptorProto> = new Map(FILES.map((file) => [file.proto.name, file.proto]));

/** Files that few schemas import, which are loaded when one does: by import path. */
const RARE: ReadonlyMap<string, () => Promise<DescFile>> = new Map([
  [
    "google/protobuf/c_sharp_features.proto",
    async () =>
      (await import("@bufbuild/protobuf/wkt/google/protobuf/c_sharp_features_pb.js"))
        .file_google_protobuf_c_sharp_features,
  ],
  [
    "google/protobuf/cpp_file_options.proto",
    async () =>
      (await import("@bufbuild/protobuf/wkt/google/protobuf/cpp_file_options_pb.js"))
        .file_google_protobuf_cpp_file_options,
  ],
  [
    "google/protobuf/cpp_options.proto",
    async () =>
      (await import("@bufbuild/protobuf/wkt/google/protobuf/cpp_options_pb.js")).file_google_protobuf_cpp_options,
  ],
  [
    "google/protobuf/json_enumvalue_options.proto",
    async () =>
      (await import("@bufbuild/protobuf/wkt/google/protobuf/json_enumvalue_options_pb.js"))
        .file_google_protobuf_json_enumvalue_options,
  ],
  [
    "google/protobuf/json_options.proto",
    async () =>
      (await import("@bufbuild/protobuf/wkt/google/protobuf/json_options_pb.js")).file_google_protobuf_json_options,
  ],
]);

/** The file that defines options: every compilation needs it. */
export const DESCRIPTOR_PATH = "google/protobuf/descriptor.proto";

/** The descriptor of that file. Not to be changed. */
export const bundledDescriptor: FileDescriptorProto = file_google_protobuf_descriptor.proto;

/** The descriptor of a file that comes with the compiler, by its import path. Not to be changed. */
export async function bundledFile(path: string): Promise<FileDescriptorProto | undefined> {
  return BY_PATH.get(path) ?? (await RARE.get(path)?.())?.proto;
}

/** The import paths of all files that come with the compiler. */
export function bundledPaths(): string[] {
  return [...BY_PATH.keys(), ...RARE.keys()];
}
