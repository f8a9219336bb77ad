/** Messages to bytes, in place, and back. Start with codec.ts. */
export type { Codec, CodecChoice, CodecCounts, CodecKind, Codecs } from "./codec.ts";
export { CodecCache } from "./codec-cache.ts";
export { registerCodec, type TypeCode, type TypeReader, type TypeRuntime } from "./compiled/index.ts";
export { type CodecOptions, createCodec, type MessageCodec } from "./create-codec.ts";
export { DecodeError } from "./decode-error.ts";
export type { DynamicMessage } from "./dynamic-message.ts";
export { emitFunction, fingerprintOf } from "./emit/index.ts";
export { JsonCodecCache } from "./json-codec.ts";
export {
  isRawMessage,
  type MethodKind,
  type RawMessage,
  type RawMethod,
  type RawService,
  type ReceivedMessage,
  rawMethodOf,
  rawService,
  type SentMessage,
} from "./raw/index.ts";
