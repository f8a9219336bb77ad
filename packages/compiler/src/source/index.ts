/**
 * Source files: text, lines and columns, and where a caller's files come from.
 * Not for meaning: nothing here knows what a token is. Start with source-file.ts.
 */

export { encodeRaw, hasRawBytes, readableText } from "./raw-bytes.ts";
export { decodeSource, type FileContents, type ReadFile } from "./read-file.ts";
export { type Position, SourceFile } from "./source-file.ts";
export { decodeUtf16 } from "./utf16.ts";
