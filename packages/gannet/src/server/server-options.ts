import type { Clock } from "../base/index.ts";
import {
  callback,
  checkOptions,
  clockOption,
  countFrom,
  type EventListener,
  flag,
  interceptorList,
  MESSAGE_OPTION_CHECKS,
  type MessageOptions,
  numberFrom,
  numbersWithin,
  type OptionChecks,
  oneOf,
  type ServerCall,
  type ServerInterceptor,
} from "../core/index.ts";
import { type ConnectionLimits, LIMIT_RANGES } from "../http2/index.ts";
import type { HttpHandler } from "./http-request.ts";
import { LIFETIME_CHECKS, type LifetimeOptions } from "./lifetime-options.ts";

/** What a server is made with. */
export interface ServerOptions extends MessageOptions, LifetimeOptions {
  /**
   * How many handlers run at a time. Calls beyond it wait in the order of their coming.
   *
   * @default no limit
   */
  readonly maxConcurrentCalls?: number | undefined;
  /**
   * How many calls may wait for `maxConcurrentCalls`. Those beyond it fail with RESOURCE_EXHAUSTED.
   *
   * @default 1000
   */
  readonly maxQueuedCalls?: number | undefined;
  /**
   * How many connections may be open. One beyond it is told GOAWAY with `max_connections`, of which its client sees
   * UNAVAILABLE, and closed; clients of gRPC try again with backoff, or elsewhere. With TLS, as many more may be in their
   * handshake at each address.
   *
   * @default no limit
   */
  readonly maxConnections?: number | undefined;
  /**
   * Milliseconds in which a client has to say what it speaks, once it is connected and has done its handshake of TLS; and
   * as many again for its SETTINGS.
   *
   * @default 10000
   */
  readonly prefaceTimeoutMs?: number | undefined;
  /**
   * Bytes that all connections together may keep of requests that wait: for the rest of a message, for their turn, for a
   * handler that reads on. Where there are more, the connection that keeps most loses the stream that keeps most, which its
   * client sees as RESOURCE_EXHAUSTED. What one connection may keep is `http2.maxUnconsumedBytes`.
   *
   * @default 268435456, or 4 times `maxReceiveBytes` where that is more
   */
  readonly maxBufferedBytes?: number | undefined;
  /**
   * Run around every call, the first outermost. A call of a method that there is not gets to none.
   *
   * @default none
   */
  readonly interceptors?: readonly ServerInterceptor[] | undefined;
  /**
   * Whether the code that a handler runs is known to run for its call: then `currentCall()` gives the call, and the calls
   * that it makes get its deadline and its cancellation. It takes 12 to 18 % of the throughput of small calls, so with
   * `"auto"` only calls have it that arrive after this process has made a channel or called `currentCall()`; not the one
   * whose handler makes the first channel.
   *
   * @default "auto"
   */
  readonly ambient?: "auto" | boolean | undefined;
  /**
   * Called with what a handler or an interceptor throws that is no GrpcError. The client sees UNKNOWN, and none of its text.
   *
   * @default a process warning, `GANNET_HANDLER_FAILED`, where there is no `onEvent` either
   */
  readonly onUnexpectedError?: ((error: unknown, call: ServerCall) => void) | undefined;
  /**
   * Called with what happens beside calls, such as a client that breaks the rules of HTTP/2: docs/observability.md lists
   * the events. What it throws is lost.
   */
  readonly onEvent?: EventListener | undefined;
  /**
   * Answers requests that are not gRPC's, such as those for a health page, over HTTP/2 on the same port.
   *
   * @default they are refused with 405 or 415
   */
  readonly onHttpRequest?: HttpHandler | undefined;
  /** Limits of each connection. */
  readonly http2?: ConnectionLimits | undefined;
  /**
   * Whether a reply with a property that its message does not have fails its call, with a TypeError that names the
   * property. TypeScript finds some of these slips and not others.
   *
   * @default true where NODE_ENV is "development", and on connections in memory; false otherwise
   */
  readonly checkReplies?: boolean | undefined;
  /**
   * What time is told by, such as a `VirtualClock` of `gannet/testing` in a test.
   *
   * @default the clock of this process
   */
  readonly clock?: Clock | undefined;
}

const CHECKS: OptionChecks<ServerOptions> = {
  ...MESSAGE_OPTION_CHECKS,
  ...LIFETIME_CHECKS,
  maxConcurrentCalls: countFrom(1),
  maxQueuedCalls: countFrom(0),
  maxConnections: countFrom(1),
  prefaceTimeoutMs: numberFrom(1),
  maxBufferedBytes: numberFrom(1),
  interceptors: interceptorList,
  ambient: oneOf("auto", true, false),
  onUnexpectedError: callback,
  onEvent: callback,
  onHttpRequest: callback,
  http2: numbersWithin(LIMIT_RANGES),
  checkReplies: flag,
  clock: clockOption,
};

/**
 * Checks the options of a server.
 *
 * @throws TypeError GANNET_UNKNOWN_OPTION for a key that is none
 * @throws TypeError or RangeError GANNET_INVALID_OPTION for a value that an option cannot have
 */
export function checkServerOptions(options: ServerOptions): void {
  checkOptions(options, CHECKS, "createServer");
}
