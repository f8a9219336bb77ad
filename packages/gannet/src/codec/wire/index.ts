/**
 * Protobuf's wire format: varints, text, tags. What emitted code calls where it does not do it in place. Start with
 * wire-reader.ts.
 */
export { allocate } from "./allocate.ts";
export { utf8ByteLength } from "./utf8.ts";
export { type UnknownField, WireError, WireReader } from "./wire-reader.ts";
export { tagOf, WireType } from "./wire-type.ts";
export {
  closeLength,
  writeBytes,
  writeDouble,
  writeFixed32,
  writeFixed64,
  writeFloat,
  writeInt32,
  writeRaw,
  writeSint32,
  writeSint64,
  writeString,
  writeVarint32,
  writeVarint64,
} from "./write.ts";
