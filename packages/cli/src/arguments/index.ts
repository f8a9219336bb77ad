/**
 * Command lines: what the user wrote, as values. Not for carrying anything out. Start with protoc-arguments.ts.
 */
export { expandArgumentFiles } from "./argument-file.ts";
export { parseCommandLine } from "./command-line.ts";
export { readErrorFormat } from "./error-format.ts";
export { type GenArguments, parseGenArguments } from "./gen-arguments.ts";
export { type OutputRequest, type ProtocArguments, type ProtocTask, parseProtocArguments } from "./protoc-arguments.ts";
