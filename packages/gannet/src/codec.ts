/** Messages to bytes and back, without a call: what the runtime itself uses. */
export { type CodecKind, type CodecOptions, createCodec, DecodeError, type MessageCodec } from "./codec/index.ts";
