/** Codecs made of emitted code. Start with link-type.ts. */
export { CompiledCodec } from "./compiled-codec.ts";
export { isEvaluationAllowed } from "./link-type.ts";
