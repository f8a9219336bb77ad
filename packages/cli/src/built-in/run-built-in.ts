import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type CodeGeneratorResponse,
  CodeGeneratorResponseSchema,
} from "@bufbuild/protobuf/wkt";
import plugin from "@bufbuild/protoc-gen-es/dist/cjs/src/protoc-gen-es-plugin.js";

/** What is built in: protoc-gen-es, and the generator of codecs. */
export type BuiltIn = "es" | "codecs";

/**
 * Runs a plugin that is built in: the bytes of a CodeGeneratorRequest in, those of a CodeGeneratorResponse out.
 *
 * @param version of gannet
 */
export async function runBuiltIn(name: BuiltIn, version: string, request: Uint8Array): Promise<Uint8Array> {
  const { run } = name === "es" ? plugin.protocGenEs : (await import("./codec-plugin.ts")).createCodecPlugin(version);
  // The types are those of two versions of @bufbuild/protobuf. bundle.js makes it one: that of the plugin.
  const generate = run as unknown as (request: CodeGeneratorRequest) => CodeGeneratorResponse;
  try {
    return toBinary(CodeGeneratorResponseSchema, generate(fromBinary(CodeGeneratorRequestSchema, request)));
  } catch (error) {
    // The plugin throws for options that it does not know, and for names that it cannot write.
    const message = error instanceof Error ? error.message : String(error);
    return toBinary(CodeGeneratorResponseSchema, create(CodeGeneratorResponseSchema, { error: message }));
  }
}
