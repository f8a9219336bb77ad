/**
 * protoc's command line: each flag run by protoc and by `gannet protoc` in the same folder, and what they write, print and
 * end with compared; and messages decoded and encoded as text by both. Start with cases.ts.
 */
export { protocCliSuite } from "./protoc-cli-suite.ts";
