import type { DescMethod } from "@bufbuild/protobuf";
import type { Code } from "./code.ts";
import type { GrpcError } from "./grpc-error.ts";
import type { Metadata } from "./metadata.ts";
import type { ServerCall } from "./server-call.ts";
import type { Signal } from "./signal.ts";

/** Sees a message. What it returns, if anything, takes the message's place. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
export type MessageHook = (message: object) => object | undefined | void;

/** How a call ended, for interceptors. */
export interface CallOutcome {
  readonly code: Code;
  /** Undefined where `code` is OK. On the server its `cause` is what was thrown, where that was no GrpcError. */
  readonly error: GrpcError | undefined;
  /** What came behind the last message on the client, and was sent there on the server. */
  readonly trailer: Metadata;
  /** Milliseconds from the first interceptor's start. */
  readonly durationMs: number;
}

/** What an interceptor sees of a call, the same on both sides. */
export interface CallUnderInterception {
  readonly method: DescMethod;
  /** The method's path on the wire, such as `/library.Library/Find`. */
  readonly path: string;
  /**
   * On the client what will be sent: change it before `next()`. On the server what the handler sees.
   */
  readonly metadata: Metadata;
  /** Aborted once the call is cancelled, out of time, or has failed. Made when first asked for. */
  readonly signal: Signal;
  /** The request of a call that has just one; undefined where requests stream. Change nothing in it: return another from `onRequest`. */
  readonly request: object | undefined;
  /** Milliseconds until the deadline; undefined where there is none. */
  timeRemainingMs(): number | undefined;
  /** Calls `hook` with each request on its way to the server or handler, in the order of the interceptors. */
  onRequest(hook: MessageHook): void;
  /** Calls `hook` with each reply on its way to the caller, in the reverse order. */
  onResponse(hook: MessageHook): void;
  /** Calls `hook` once the call is over and the outermost interceptor has settled. What it throws changes nothing. */
  onEnd(hook: (outcome: CallOutcome) => void): void;
  /**
   * Answers a call that has one reply, in place of what lies further in: without `next()`, or behind it.
   *
   * @throws TypeError GANNET_REPLY_STREAMED where replies stream
   */
  reply(message: object): void;
}

/** A call as interceptors see it on the client. */
export interface InterceptedClientCall extends CallUnderInterception {
  readonly side: "client";
  /** What the server sent before its first message; undefined until that has come. */
  readonly header: Metadata | undefined;
  /** The address of the server; undefined while there is none. */
  readonly peer: string | undefined;
}

/** A call as interceptors see it on the server: all that a handler has, too. */
export interface InterceptedServerCall extends CallUnderInterception, ServerCall {
  readonly method: DescMethod;
  readonly path: string;
  readonly metadata: Metadata;
  readonly signal: Signal;
  readonly side: "server";
  timeRemainingMs(): number | undefined;
}

/** A call as an interceptor for either side sees it; `side` tells which. */
export type InterceptedCall = InterceptedClientCall | InterceptedServerCall;

/**
 * Runs around calls. `next()` goes on, and settles when the call has ended, with all its messages; it rejects where the
 * call failed. What an interceptor throws is what the call fails with; a failed call stays one unless `reply` answers it.
 */
export type Interceptor = (call: InterceptedCall, next: () => Promise<void>) => Promise<void>;
/** An interceptor for clients alone. */
export type ClientInterceptor = (call: InterceptedClientCall, next: () => Promise<void>) => Promise<void>;
/** An interceptor for servers alone. */
export type ServerInterceptor = (call: InterceptedServerCall, next: () => Promise<void>) => Promise<void>;
