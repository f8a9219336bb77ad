/**
 * The oracle: compiles a corpus of real .proto files with protoc and with @gannet/compiler, and compares every
 * FileDescriptorProto, source info included. Not for files that must be rejected: those are in test/golden.
 * Start with protoc-suite.ts.
 */
export { compileWithOurs } from "./compiler.ts";
export { type Corpus, listCorpora } from "./corpus.ts";
export { protocSuite } from "./protoc-suite.ts";
export { type ProtocRun, protocInclude, runProtoc } from "./run-protoc.ts";
