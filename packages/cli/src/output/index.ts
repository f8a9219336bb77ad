/**
 * What is to be written: collected from all plugins, checked, then written as a whole or not at all.
 * Start with output-files.ts.
 */
export { formatDependencyList } from "./dependency-list.ts";
export { OutputFiles } from "./output-files.ts";
export { archiveProblem, type OutputFolder, openOutputFile, openOutputFolder } from "./output-folder.ts";
export { isWritten, removeOutputs } from "./remove-outputs.ts";
export { type OutputFile, writeOutputs } from "./write-outputs.ts";
