/** Runs the passes over a set of files and their imports. Start with compiler.ts. */
export type { Compilation, CompilationWork } from "./compilation.ts";
export { type CompileOptions, compile } from "./compile.ts";
export { type Compiler, type CompilerOptions, createCompiler } from "./compiler.ts";
export { encodeDescriptor } from "./encode-descriptor.ts";
