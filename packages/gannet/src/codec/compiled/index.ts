/** Codecs made of the code of types: linked, whether it was generated, is evaluated, or interpreted. Start with link-type.ts. */
export { registerCodec, TypeLinker } from "./link-type.ts";
export type { TypeCode, TypeReader } from "./type-code.ts";
export { TypeCodec } from "./type-codec.ts";
export type { TypeRuntime } from "./type-runtime.ts";
