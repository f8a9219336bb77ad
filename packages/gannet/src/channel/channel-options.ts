import { type BackoffOptions, type Clock, describeValue } from "../base/index.ts";
import {
  type CallCredentials,
  type ClientInterceptor,
  callback,
  checkCallCredentials,
  checkOptions,
  clockOption,
  countFrom,
  type EventListener,
  fieldText,
  flag,
  interceptorList,
  listOf,
  MESSAGE_OPTION_CHECKS,
  type MessageOptions,
  misuse,
  numberFrom,
  numbersWithin,
  type OptionCheck,
  type OptionChecks,
  objectWith,
  oneOf,
  optionsOf,
} from "../core/index.ts";
import { type ConnectionLimits, LIMIT_RANGES } from "../http2/index.ts";
import { parseHttpProxy } from "../net/index.ts";
import type { BalancerPolicy } from "./balancer/index.ts";
import type { CallDefaults } from "./call-rules.ts";
import type { Credentials } from "./credentials/index.ts";
import type { DnsOptions, ResolverPolicy } from "./resolver/index.ts";
import type { ServiceConfig } from "./service-config/index.ts";
import type { ChannelKeepaliveOptions } from "./subchannel/index.ts";

/** The name of a policy and its config, as service configs have it. */
export type LoadBalancingConfig = Readonly<Record<string, unknown>>;

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
   * The proxy that connections go through by HTTP's CONNECT: `http://proxy:3128`, with `user:password@` where it asks for
   * them, which finds names then; `false` for none, whatever the environment says (gRFC A1).
   *
   * @default what `grpc_proxy`, `https_proxy` or `http_proxy` says, but for hosts of `no_grpc_proxy` or `no_proxy` and this machine
   */
  readonly proxy?: string | false | undefined;
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
   * How many connections a backend may have at most, whatever a service config asks for as `connectionScaling`; without such
   * it has one (gRFC A105).
   *
   * @default 10
   */
  readonly maxConnectionsPerSubchannel?: number | undefined;
  /**
   * How to find out that a server is gone without a word.
   *
   * @default never
   */
  readonly keepalive?: ChannelKeepaliveOptions | undefined;
  /**
   * How calls are spread over backends: the name of a policy such as `"round_robin"`, one with its config such as
   * `{ ring_hash: { requestHashHeader: "user" } }`, or a list of such, of which the first is taken that the channel
   * knows (gRFC A24).
   *
   * @default "pick_first"
   */
  readonly loadBalancing?: string | LoadBalancingConfig | readonly LoadBalancingConfig[] | undefined;
  /**
   * How the calls of each method are made, and how they are spread over backends, where the resolver finds no such config
   * (gRFC A21).
   *
   * @default none
   */
  readonly serviceConfig?: ServiceConfig | undefined;
  /**
   * Whether backends are asked for their health where the service config has a `healthCheckConfig` (gRFC A17).
   *
   * @default true
   */
  readonly healthChecks?: boolean | undefined;
  /**
   * What calls are made with that do not say.
   *
   * @default nothing
   */
  readonly defaults?: CallDefaults | undefined;
  /**
   * Whether calls of methods with `idempotency_level` are attempted again that end with UNAVAILABLE: three attempts, 100 ms
   * and 200 ms apart. What a service config says of a method comes before.
   *
   * @default true
   */
  readonly retryIdempotent?: boolean | undefined;
  /**
   * Whether calls are attempted again that failed, or several times at once. False is for programs that see to it themselves:
   * what service configs say of it, and methods with `idempotency_level`, is left out. What no server has looked at is made
   * again all the same (gRFC A6, "Disabling Retries").
   *
   * @default true
   */
  readonly retries?: boolean | undefined;
  /**
   * How many bytes of requests all calls together may keep to send them again. A call that finds no room is not attempted
   * again (gRFC A6).
   *
   * @default 16777216
   */
  readonly maxRetryBufferBytes?: number | undefined;
  /**
   * How many of them one call may keep.
   *
   * @default 1048576
   */
  readonly maxRetryCallBytes?: number | undefined;
  /**
   * Run around every call over the channel, the first outermost: for `createClient` to see to.
   *
   * @default none
   */
  readonly interceptors?: readonly ClientInterceptor[] | undefined;
  /** Policies beside those that the channel knows. */
  readonly balancers?: readonly BalancerPolicy<unknown>[] | undefined;
  /**
   * How names are looked up.
   *
   * @default as the system does, again when connections are lost
   */
  readonly dns?: DnsOptions | undefined;
  /** Resolvers beside those that the channel knows, for targets of their schemes. */
  readonly resolvers?: readonly ResolverPolicy[] | undefined;
  /**
   * Whether a request with a property that its message does not have fails its call, with a TypeError that names the
   * property as `cause`.
   *
   * @default true where NODE_ENV is "development", and on connections in memory; false otherwise
   */
  readonly checkRequests?: boolean | undefined;
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

/** Which policies there are, and what they are configured with, is seen to where they are chosen. */
const policyChoice: OptionCheck = (name, value) => {
  if (typeof value === "string" || (typeof value === "object" && value !== null)) return;
  const what = "the name of a policy, or an object with its name and config";
  throw misuse(TypeError, "GANNET_INVALID_OPTION", `${name} is ${what}, not ${describeValue(value)}`);
};

const proxyOption: OptionCheck = (name, value) => {
  if (value === false) return;
  if (typeof value !== "string") {
    const what = `${name} is a text such as "http://proxy:3128", or false, not ${describeValue(value)}`;
    throw misuse(TypeError, "GANNET_INVALID_OPTION", what);
  }
  try {
    parseHttpProxy(value);
  } catch (error) {
    throw misuse(
      TypeError,
      "GANNET_INVALID_OPTION",
      `${name}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

const DEFAULTS_CHECKS: OptionChecks<CallDefaults> = {
  timeoutMs: numberFrom(0),
  waitForReady: flag,
  compress: flag,
};
const DNS_CHECKS: OptionChecks<DnsOptions> = {
  refreshIntervalMs: numberFrom(1),
  minIntervalMs: numberFrom(0),
  timeoutMs: numberFrom(1),
  serviceConfig: flag,
  srv: flag,
};
const KEEPALIVE_CHECKS: OptionChecks<ChannelKeepaliveOptions> = {
  intervalMs: numberFrom(1),
  timeoutMs: numberFrom(1),
  permitWithoutCalls: flag,
};
const BACKOFF_CHECKS: OptionChecks<BackoffOptions> = {
  initialMs: numberFrom(1),
  maxMs: numberFrom(1),
  multiplier: numberFrom(1),
  jitter: numberFrom(0, 1),
};
const CHECKS: OptionChecks<ChannelOptions> = {
  ...MESSAGE_OPTION_CHECKS,
  credentials: objectWith("what insecure() or tls() make"),
  callCredentials: (_, value) => checkCallCredentials(value as CallCredentials),
  format: oneOf("proto", "json"),
  userAgent: fieldText,
  authority: fieldText,
  proxy: proxyOption,
  backoff: optionsOf(BACKOFF_CHECKS),
  minConnectTimeoutMs: numberFrom(1),
  idleTimeoutMs: numberFrom(1),
  maxConnectionsPerSubchannel: countFrom(1),
  keepalive: optionsOf(KEEPALIVE_CHECKS),
  loadBalancing: policyChoice,
  serviceConfig: objectWith("a service config, an object (of a text, what JSON.parse makes)"),
  healthChecks: flag,
  defaults: optionsOf(DEFAULTS_CHECKS),
  retryIdempotent: flag,
  retries: flag,
  maxRetryBufferBytes: numberFrom(0),
  maxRetryCallBytes: numberFrom(0),
  interceptors: interceptorList,
  dns: optionsOf(DNS_CHECKS),
  balancers: listOf("balancer policies", (item) => typeof item === "object"),
  resolvers: listOf("resolver policies", (item) => typeof item === "object"),
  checkRequests: flag,
  http2: numbersWithin(LIMIT_RANGES),
  clock: clockOption,
  onEvent: callback,
};

/**
 * Checks the options of a channel.
 *
 * @throws TypeError GANNET_UNKNOWN_OPTION for a key that is none
 * @throws TypeError or RangeError GANNET_INVALID_OPTION for a value that an option cannot have
 */
export function checkChannelOptions(options: ChannelOptions, owner: string): void {
  const { kind } = Object(options) as Partial<Credentials>;
  if (kind === "insecure" || kind === "tls") {
    const what = `${owner} takes options, not credentials: write { credentials }`;
    throw misuse(TypeError, "GANNET_INVALID_OPTION", what);
  }
  checkOptions(options, CHECKS, owner);
}
