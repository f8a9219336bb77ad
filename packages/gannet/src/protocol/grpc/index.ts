/**
 * gRPC over HTTP/2 (PROTOCOL-HTTP2): what stands in headers and trailers, and around messages. It knows no connection.
 * Start with request-head.ts and envelope.ts.
 */
export { ENVELOPE_BYTES, EnvelopeReader, type EnvelopeHandler, writeEnvelope } from "./envelope.ts";
export { ErrorBlock, type HeaderBlock, MetadataBlock } from "./header-blocks.ts";
export type { Field, FieldList, FieldWriter } from "./header-fields.ts";
export { readRequestHead, type RequestHead } from "./request-head.ts";
export { isGrpcContentType, readResponseHead, type ResponseHead } from "./response-head.ts";
export { codeOfHttpStatus, codeOfReset, errorOfStatus } from "./status.ts";
export { formatTimeout } from "./timeout.ts";
