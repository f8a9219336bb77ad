/**
 * gRPC over HTTP/2 (PROTOCOL-HTTP2): what stands in headers and trailers, and around messages. It knows no connection.
 * Start with request-head.ts and envelope.ts.
 */
export { encodeCompressed } from "./compressed-envelope.ts";
export { type GrpcContentType, JSON_TYPE, type MessageFormat, PROTO_TYPE, parseContentType } from "./content-type.ts";
export { ENVELOPE_BYTES, type EnvelopeHandler, EnvelopeReader, writeEnvelope } from "./envelope.ts";
export { ErrorBlock, type HeaderBlock, MetadataBlock } from "./header-blocks.ts";
export type { Field, FieldList, FieldWriter } from "./header-fields.ts";
export { fitsHeaderList } from "./header-size.ts";
export { LOAD_METRICS_KEY } from "./load-metrics-key.ts";
export { type MessageSettings, messageSettings } from "./message-settings.ts";
export { metadataTooLarge, metadataTooLargeForPeer } from "./metadata-limit.ts";
export { type RequestHead, readRequestHead } from "./request-head.ts";
export { type ResponseHead, readResponseHead } from "./response-head.ts";
export { sendableBytes } from "./sendable-bytes.ts";
export { SpareBuffer } from "./spare-buffer.ts";
export { codeOfHttpStatus, codeOfReset, errorOfStatus } from "./status.ts";
export { formatTimeout } from "./timeout.ts";
