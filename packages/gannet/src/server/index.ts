/**
 * Servers: listening, finding the handler of a call, running it, and shutting down. Start with server.ts; a call's way
 * goes from server-connection.ts over http2-server-call.ts to call-runner.ts.
 */
export { checkServer } from "./check-server.ts";
export { createServer } from "./grpc-server.ts";
export type { DynamicHandler, Handlers, UnknownMethodHandler } from "./handlers.ts";
export type { HttpHandler, HttpRequest, HttpResponse } from "./http-request.ts";
export type { KeepaliveOptions, LifetimeOptions } from "./lifetime-options.ts";
export type { ListenAddress, ListenOptions, Server } from "./server.ts";
export type { ServerOptions } from "./server-options.ts";
export type { ServiceOptions } from "./service-options.ts";
