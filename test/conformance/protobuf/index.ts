/** Our codecs under protobuf's own conformance suite. Start with protobuf-suite.ts. */
export { protobufSuite } from "./protobuf-suite.ts";
