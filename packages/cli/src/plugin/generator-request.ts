import { create, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, type FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { COMPILER_VERSION } from "./compiler-version.ts";

/** What a plugin is asked to do. */
export interface GeneratorRequest {
  /** Import paths of the files to generate code for. */
  readonly targets: readonly string[];
  /** The descriptors of those and of all that they import, each behind its imports. */
  readonly files: readonly FileDescriptorProto[];
  /** `files` without the options that only the compiler is to see. */
  readonly runtimeFiles: ReadonlyMap<string, FileDescriptorProto>;
  readonly parameter: string;
}

/** The bytes that a plugin reads. */
export function encodeGeneratorRequest(request: GeneratorRequest): Uint8Array<ArrayBuffer> {
  const targets = new Set(request.targets);
  const protoFile = request.files.map((file) => request.runtimeFiles.get(file.name) ?? file);
  const message = create(CodeGeneratorRequestSchema, {
    fileToGenerate: [...request.targets],
    parameter: request.parameter,
    protoFile,
    sourceFileDescriptors: request.files.filter((file) => targets.has(file.name)),
    compilerVersion: COMPILER_VERSION,
  });
  return toBinary(CodeGeneratorRequestSchema, message);
}
