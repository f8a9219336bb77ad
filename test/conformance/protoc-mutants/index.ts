/**
 * Mutants: takes files of the oracle's corpora and of the golden cases, breaks them, and holds the compiler to protoc's
 * verdict on each, and to its descriptor where it accepts one. Start with mutants-suite.ts.
 */
export { mutantsSuite } from "./mutants-suite.ts";
