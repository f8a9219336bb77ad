import type { Compilation } from "./compilation.ts";
import { type CompilerOptions, createCompiler } from "./compiler.ts";

/** What to compile, and where its text comes from. */
export interface CompileOptions extends CompilerOptions {
  /** The files to compile, by the paths under which others would import them. */
  readonly files: readonly string[];
}

/** Compiles .proto files to descriptors, as protoc does. Never throws for bad input: that is in `diagnostics`. */
export async function compile({ files, read }: CompileOptions): Promise<Compilation> {
  return await createCompiler({ read }).compile(files);
}
