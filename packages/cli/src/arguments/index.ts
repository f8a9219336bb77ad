/**
 * Command lines: what the user wrote, as values. Not for carrying anything out. Start with protoc-arguments.ts.
 */
export { expandArgumentFiles } from "./argument-file.ts";
export { parseCommandLine } from "./command-line.ts";
export { type GenArguments, parseGenArguments } from "./gen-arguments.ts";
export { type OutputRequest, type ProtocArguments, parseProtocArguments } from "./protoc-arguments.ts";
