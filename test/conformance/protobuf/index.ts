/** Our codecs under protobuf's own conformance suite. Start with protobuf-suite.ts. */
export { installRunner } from "./install-runner.ts";
export { protobufSuite } from "./protobuf-suite.ts";
