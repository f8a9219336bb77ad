/**
 * From import paths to files: compile, run the plugins, collect what they made. What `gannet protoc` and `gannet gen`
 * share. Start with generate.ts.
 */
export { checkPolicy, type FilePolicy } from "./check-policy.ts";
export { checkWarnings, compileSources } from "./compile-sources.ts";
export { findInputs } from "./find-inputs.ts";
export { type GeneratorRun, generate } from "./generate.ts";
export { Generation, type GenerationRound } from "./generation.ts";
