/** One call on one connection. Start with http2-client-call.ts. */
export { ClientConnection, type ClientConnectionInit } from "./client-connection.ts";
export { FinishedCall } from "./finished-call.ts";
export type { Http2CallWriter, UnprocessedHandler } from "./http2-call-writer.ts";
export { startHttp2Call } from "./http2-client-call.ts";
