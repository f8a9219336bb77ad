/**
 * The oracle: compiles a corpus of real .proto files with protoc and with @gannet/compiler, and compares every
 * FileDescriptorProto, source info included. Not for files that must be rejected: those are in test/golden.
 * Start with protoc-suite.ts.
 */
export { compareFiles, type Disagreement } from "./compare-files.ts";
export { compileWithOurs } from "./compiler.ts";
export { type Corpus, listCorpora } from "./corpus.ts";
export { splitDescriptorSet } from "./descriptor-set.ts";
export { type Difference, kindOf } from "./difference.ts";
export { protocSuite } from "./protoc-suite.ts";
export { type ProtocRun, protocInclude, protocProgram, runProtoc, startProtoc } from "./run-protoc.ts";
