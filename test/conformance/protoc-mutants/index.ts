/**
 * Mutants: takes files of the oracle's corpora and of the golden cases, breaks them, and holds the compiler to protoc's
 * verdict on each, and to its descriptor where it accepts one. Most are texts that are compiled; others are imported by a
 * file that uses what they have, or are descriptors in place of texts (mutant.ts). Start with mutants-suite.ts.
 */
export { mutantsSuite } from "./mutants-suite.ts";
