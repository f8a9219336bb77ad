import type { Clock } from "../base/index.ts";
import { checkOptionKeys, type EventListener, type ServerCall } from "../core/index.ts";
import type { ConnectionLimits } from "../http2/index.ts";

/** What a server is made with. */
export interface ServerOptions {
  /**
   * Largest request message, in bytes. Larger ones fail with RESOURCE_EXHAUSTED.
   *
   * @default 4194304
   */
  readonly maxReceiveBytes?: number | undefined;
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
  /** Called with what a handler throws that is no GrpcError. The client sees UNKNOWN, and none of its text. */
  readonly onUnexpectedError?: ((error: unknown, call: ServerCall) => void) | undefined;
  /**
   * Called with what happens beside calls, such as a client that breaks the rules of HTTP/2. What it throws is lost.
   */
  readonly onEvent?: EventListener | undefined;
  /** Limits of each connection. */
  readonly http2?: ConnectionLimits | undefined;
  /**
   * What time is told by, such as a `VirtualClock` of `gannet/testing` in a test.
   *
   * @default the clock of this process
   */
  readonly clock?: Clock | undefined;
}

const KEYS: ReadonlySet<string> = new Set<keyof ServerOptions>([
  "maxReceiveBytes",
  "maxConcurrentCalls",
  "maxQueuedCalls",
  "onUnexpectedError",
  "onEvent",
  "http2",
  "clock",
]);

/** @throws TypeError for a key that is no option */
export function checkServerOptions(options: ServerOptions): void {
  checkOptionKeys(options, KEYS, "createServer");
}
