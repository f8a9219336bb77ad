/** Source text of codecs, made from descriptors. Start with emit-type.ts. */
export { isDelimited } from "./emit-encoder.ts";
export { emitFunction } from "./emit-function.ts";
export { emitDecoding, emitEncoding, emitMaking } from "./emit-type.ts";
export {
  hasPrototype,
  isImplicit,
  isInherited,
  isRequired,
  type MessageForm,
  messageFormOf,
} from "./field-shape.ts";
export { fingerprintOf } from "./fingerprint.ts";
export { readOptionsOf } from "./scalar-code.ts";
