import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type CodeGeneratorResponse,
  CodeGeneratorResponseSchema,
} from "@bufbuild/protobuf/wkt";
import plugin from "@bufbuild/protoc-gen-es/dist/cjs/src/protoc-gen-es-plugin.js";

/** Runs protoc-gen-es: the bytes of a CodeGeneratorRequest in, those of a CodeGeneratorResponse out. */
export function generateEs(request: Uint8Array): Uint8Array {
  // The types are those of two versions of @bufbuild/protobuf. bundle.js makes it one: that of the plugin.
  const run = plugin.protocGenEs.run as unknown as (request: CodeGeneratorRequest) => CodeGeneratorResponse;
  try {
    return toBinary(CodeGeneratorResponseSchema, run(fromBinary(CodeGeneratorRequestSchema, request)));
  } catch (error) {
    // The plugin throws for options that it does not know, and for names that it cannot write.
    const message = error instanceof Error ? error.message : String(error);
    return toBinary(CodeGeneratorResponseSchema, create(CodeGeneratorResponseSchema, { error: message }));
  }
}
