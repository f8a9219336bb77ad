/**
 * The text format of messages, as protoc reads and prints it: `--encode`, `--decode`, `--decode_raw`. Texts are read by
 * `@bufbuild/protobuf`; what it prints has another layout than protoc's, and orders and escapes otherwise, so printing is
 * done here, and so is the order of fields in bytes. Start with message-fields.ts.
 */
export { decodeText } from "./decode-text.ts";
export { encodeText, type TextRegistries } from "./encode-text.ts";
export { makeLenient } from "./lenient-files.ts";
export { readMessageFields } from "./message-fields.ts";
export { findMissingFields } from "./missing-fields.ts";
export { printMessage, printUnknownFields } from "./print-message.ts";
export { MalformedError, readWireFields } from "./wire-field.ts";
