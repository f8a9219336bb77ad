import { checkOptionKeys } from "../diagnostics/index.ts";
import type { Compilation } from "./compilation.ts";
import { type CompilerOptions, checkReader, createCompiler } from "./compiler.ts";

/** What to compile, and where its text comes from. */
export interface CompileOptions extends CompilerOptions {
  /** The files to compile, by the paths under which others would import them. */
  readonly files: readonly string[];
}

/**
 * Compiles .proto files to descriptors, as protoc does. Never throws for bad input: that is in `diagnostics`.
 *
 * @throws TypeError GANNET_UNKNOWN_OPTION, GANNET_INVALID_OPTION, or GANNET_INVALID_ARGUMENT where `files` is no list
 */
export async function compile(options: CompileOptions): Promise<Compilation> {
  checkOptionKeys(options, ["files", "read"], "compile");
  const { files, read } = options;
  checkReader(read, "compile");
  return await createCompiler({ read }).compile(files);
}
