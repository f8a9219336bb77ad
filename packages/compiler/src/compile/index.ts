/** Runs the passes over a set of files and their imports. Start with compile.ts. */
export { type Compilation, type CompileOptions, compile } from "./compile.ts";
