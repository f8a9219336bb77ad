import type { BackoffOptions, Clock } from "../base/index.ts";
import {
  type CallCredentials,
  type ClientInterceptor,
  checkCallCredentials,
  checkInterceptors,
  checkMessageOptions,
  checkNumber,
  checkNumbers,
  checkOptionKeys,
  type EventListener,
  MESSAGE_OPTION_KEYS,
  type MessageOptions,
  misuse,
} from "../core/index.ts";
import { type ConnectionLimits, LIMIT_RANGES } from "../http2/index.ts";
import type { BalancerPolicy } from "./balancer/index.ts";
import type { Credentials } from "./credentials/index.ts";
import type { ResolverPolicy } from "./resolver/index.ts";

/** What a channel is made with. */
export interface ChannelOptions extends MessageOptions {
  /**
   * Whether to encrypt: `insecure()` or `tls()`.
   *
   * @default what `http://`, `https://` and `unix:` say; other targets need it
   */
  readonly credentials?: Credentials | undefined;
  /**
   * What every call proves itself by, beside what a call itself has: `callCredentials(source)`.
   *
   * @default none
   */
  readonly callCredentials?: CallCredentials | undefined;
  /**
   * What messages are written in: protobuf's binary format, or its JSON, which more people can read and fewer servers.
   *
   * @default "proto"
   */
  readonly format?: "proto" | "json" | undefined;
  /**
   * What stands before gannet's own name in `user-agent`.
   *
   * @default nothing
   */
  readonly userAgent?: string | undefined;
  /**
   * The `:authority` of calls, which servers choose between hosts by.
   *
   * @default the host and port of the target
   */
  readonly authority?: string | undefined;
  /**
   * How long to wait between attempts to connect.
   *
   * @default 1 s, growing by 1.6 up to 120 s, ± 20 %
   */
  readonly backoff?: BackoffOptions | undefined;
  /**
   * Milliseconds that an attempt to connect has at least, TLS and HTTP/2 handshakes included.
   *
   * @default 20000
   */
  readonly minConnectTimeoutMs?: number | undefined;
  /**
   * Milliseconds without calls after which connections are closed, until the next call. Found out within as long again.
   *
   * @default 1800000
   */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * How calls are spread over backends: the name of a policy.
   *
   * @default "pick_first"
   */
  readonly loadBalancing?: string | undefined;
  /**
   * Run around every call over the channel, the first outermost: for `createClient` to see to.
   *
   * @default none
   */
  readonly interceptors?: readonly ClientInterceptor[] | undefined;
  /** Policies beside those that the channel knows. */
  readonly balancers?: readonly BalancerPolicy<unknown>[] | undefined;
  /** Resolvers beside those that the channel knows, for targets of their schemes. */
  readonly resolvers?: readonly ResolverPolicy[] | undefined;
  /** Limits of each connection. */
  readonly http2?: ConnectionLimits | undefined;
  /**
   * What time is told by, such as a `VirtualClock` of `gannet/testing` in a test.
   *
   * @default the clock of this process
   */
  readonly clock?: Clock | undefined;
  /** Called with what happens beside calls, such as a state that changed. */
  readonly onEvent?: EventListener | undefined;
}

const KEYS: ReadonlySet<string> = new Set(
  Object.keys({
    ...MESSAGE_OPTION_KEYS,
    credentials: 0,
    callCredentials: 0,
    format: 0,
    userAgent: 0,
    authority: 0,
    backoff: 0,
    minConnectTimeoutMs: 0,
    idleTimeoutMs: 0,
    loadBalancing: 0,
    interceptors: 0,
    balancers: 0,
    resolvers: 0,
    http2: 0,
    clock: 0,
    onEvent: 0,
  } satisfies Record<keyof ChannelOptions, 0>),
);
const BACKOFF_KEYS: ReadonlySet<string> = new Set(
  Object.keys({ initialMs: 0, multiplier: 0, jitter: 0, maxMs: 0 } satisfies Record<keyof BackoffOptions, 0>),
);

/**
 * Checks the options of a channel.
 *
 * @throws TypeError GANNET_UNKNOWN_OPTION for a key that is none
 * @throws RangeError GANNET_INVALID_OPTION for a number out of its range
 */
export function checkChannelOptions(options: ChannelOptions, owner: string): void {
  checkOptionKeys(options, KEYS, owner);
  checkMessageOptions(options);
  checkInterceptors(options.interceptors, owner);
  if (options.callCredentials !== undefined) checkCallCredentials(options.callCredentials);
  if (options.format !== undefined && options.format !== "proto" && options.format !== "json") {
    const what = `format is "proto" or "json", not ${JSON.stringify(options.format)}`;
    throw misuse(TypeError, "GANNET_INVALID_OPTION", what);
  }
  checkFieldText("authority", options.authority);
  checkFieldText("userAgent", options.userAgent);
  checkNumber("minConnectTimeoutMs", options.minConnectTimeoutMs, 1);
  checkNumber("idleTimeoutMs", options.idleTimeoutMs, 1);
  if (options.http2 !== undefined) checkNumbers({ ...options.http2 }, LIMIT_RANGES, "http2");
  const { backoff } = options;
  if (backoff === undefined) return;
  checkOptionKeys(backoff, BACKOFF_KEYS, "backoff");
  checkNumber("backoff.initialMs", backoff.initialMs, 1);
  checkNumber("backoff.maxMs", backoff.maxMs, 1);
  checkNumber("backoff.multiplier", backoff.multiplier, 1);
  checkNumber("backoff.jitter", backoff.jitter, 0, 1);
}

/** Refuses what cannot stand in a header (RFC 9110 §5.5). */
function checkFieldText(name: string, value: string | undefined): void {
  if (value === undefined || (typeof value === "string" && /^[\x20-\x7e]+$/.test(value))) return;
  throw misuse(TypeError, "GANNET_INVALID_OPTION", `${name} is printable ASCII text, not ${JSON.stringify(value)}`);
}
