/**
 * Typed clients over any transport. A call is one object: awaitable or iterable for its caller, and at the same time the
 * observer that the transport tells of messages and the end. Start with create-client.ts, then observed-call.ts. Nothing
 * here knows of HTTP, connections or retries.
 */
export { callRaw } from "./call-raw.ts";
export type { Client, DynamicMethod } from "./client.ts";
export type {
  BidiStreamCall,
  ClientCall,
  ClientStreamCall,
  Response,
  Sender,
  SendOptions,
  ServerStreamCall,
  UnaryCall,
} from "./client-call.ts";
export { type ClientOptions, createClient } from "./create-client.ts";
