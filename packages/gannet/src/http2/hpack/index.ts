/**
 * HPACK (RFC 7541): header blocks to lists of fields and back. Nothing here knows of streams, or of what a header must
 * contain. Start with hpack-decoder.ts.
 */
export { type HeaderField, HeaderKind } from "./header-field.ts";
export { HeaderList } from "./header-list.ts";
export { HpackDecoder } from "./hpack-decoder.ts";
export { HeaderTemplate, HpackEncoder } from "./hpack-encoder.ts";
export { HpackError } from "./hpack-error.ts";
