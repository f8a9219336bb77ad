import { create, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, type FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { encodeFileField } from "../descriptors/index.ts";
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

/** The fields of a CodeGeneratorRequest that have descriptors. */
const PROTO_FILE_FIELD = 15;
const SOURCE_FILE_DESCRIPTORS_FIELD = 17;

/** The bytes that a plugin reads. */
export function encodeGeneratorRequest(request: GeneratorRequest): Uint8Array {
  const targets = new Set(request.targets);
  const { parameter } = request;
  const head = { fileToGenerate: [...request.targets], parameter, compilerVersion: COMPILER_VERSION };
  const files = request.files.flatMap((file) =>
    encodeFileField(PROTO_FILE_FIELD, request.runtimeFiles.get(file.name) ?? file),
  );
  const sources = request.files.filter((file) => targets.has(file.name));
  const sourceFiles = sources.flatMap((file) => encodeFileField(SOURCE_FILE_DESCRIPTORS_FIELD, file));
  const fields = toBinary(CodeGeneratorRequestSchema, create(CodeGeneratorRequestSchema, head));
  return Buffer.concat([fields, ...files, ...sourceFiles]);
}
