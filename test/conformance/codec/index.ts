/** Our codecs held against those of `@bufbuild/protobuf`. Start with compare-codecs.ts. */
export { codecSuite } from "./codec-suite.ts";
