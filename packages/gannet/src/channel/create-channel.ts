import { systemClock, TimerWheel } from "../base/index.ts";
import { CodecCache, type Codecs, JsonCodecCache } from "../codec/index.ts";
import { misuse } from "../core/index.ts";
import { SegmentPool, withHeaderRoom } from "../http2/index.ts";
import { type ConnectedPipe, nameServerAt, parseSocketAddress, systemNames } from "../net/index.ts";
import { ambientCalls, defaultCompressors, hostName, nodeDiagnostics } from "../node/index.ts";
import { CallPublisher, EventTeller } from "../observe/index.ts";
import { CheckedCodecs, messageSettings } from "../protocol/index.ts";
import { BalancedChannel } from "./balanced-channel.ts";
import { BalancerRegistry, guardPolicy, type PolicyChoice, STANDARD_POLICIES } from "./balancer/index.ts";
import type { Channel } from "./channel.ts";
import { type ChannelOptions, checkChannelOptions } from "./channel-options.ts";
import type { ChannelParts } from "./channel-parts.ts";
import { ConfigReader } from "./config/index.ts";
import { createConnector, noteAssumedPort, wayThrough } from "./connectors.ts";
import { createOwnCallStarter } from "./own-calls.ts";
import { chooseProxy, type ProxyChoice } from "./proxy/index.ts";
import {
  type AddressCheck,
  createDnsResolver,
  createFixedResolver,
  type DnsEnvironment,
  type DnsOptions,
  FIXED_RESOLVERS,
  type ResolverPolicy,
} from "./resolver/index.ts";
import { RetryBuffer } from "./retry/index.ts";
import { ConfigInUse, type ParsedServiceConfig, parseServiceConfig } from "./service-config/index.ts";
import { ConnectionScaling, type Connector, KeepaliveSettings } from "./subchannel/index.ts";
import { chooseSecurity, parseTarget, type Target } from "./target/index.ts";

const USER_AGENT = "gannet/0.1.0";
const MIN_CONNECT_TIMEOUT_MS = 20_000;
const IDLE_TIMEOUT_MS = 30 * 60 * 1000;
const CONNECTIONS_PER_SUBCHANNEL = 10;
const RETRY_BUFFER_BYTES = 16 * 1024 * 1024;
const RETRY_CALL_BYTES = 1024 * 1024;
const DNS: DnsEnvironment = {
  names: (server) => (server === undefined ? systemNames() : nameServerAt(server)),
  hostName,
};
const MEMORY_TARGET: Target = {
  text: "in-memory",
  scheme: "in-memory",
  endpoint: "in-memory",
  security: "plaintext",
  isSecurityFixed: true,
  authority: "localhost",
  host: "localhost",
};

/** What a test puts in the place of the system. */
export type ChannelEnvironment = Partial<Pick<ChannelParts, "clock" | "random">> & {
  readonly connect?: Connector;
  /** The number of the first stream on each connection. */
  readonly firstStreamId?: number;
};

/**
 * Makes a channel to `target`: `http://host:port`, `https://host:port`, `unix:path`, `unix-abstract:name`, or, with
 * credentials that say whether to encrypt, `host:port`, `dns:///host:port`, `ipv4:address:port`, `ipv6:[address]:port` or
 * `passthrough:///host:port`. It connects with
 * the first call, and again whenever a call needs it; it keeps the process alive only while calls are under way.
 *
 * @throws TypeError or RangeError with a code, for a target or options that cannot be used
 */
export function createChannel(target: string, options: ChannelOptions = {}): Channel {
  return createChannelIn({}, target, options);
}

/** As `createChannel`, in an environment that a test controls. */
export function createChannelIn(environment: ChannelEnvironment, text: string, options: ChannelOptions = {}): Channel {
  checkChannelOptions(options, "createChannel");
  const dnsResolver = createDnsResolver(DNS, options.dns);
  const resolvers = [...(options.resolvers ?? []), ...FIXED_RESOLVERS, dnsResolver];
  const target = parseTarget(
    text,
    (options.resolvers ?? []).map(({ scheme }) => scheme),
  );
  const resolver = resolvers.find(({ scheme }) => scheme === target.scheme);
  if (resolver === undefined) throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", `nothing resolves ${target.scheme}:`);
  const credentials = chooseSecurity(target, options.credentials);
  const events = new EventTeller(options.onEvent, nodeDiagnostics.channelEvent);
  const scheme = credentials === undefined ? "http" : "https";
  if (environment.connect !== undefined) {
    const connect = noteAssumedPort(target, environment.connect);
    return build({ ...environment, connect }, target, resolver, scheme, options);
  }
  const proxy = chooseProxy(options.proxy, process.env, target.host, (variable, reason) =>
    events.tell("proxy-ignored", "warning", { target: text, variable, reason }),
  );
  const connect = noteAssumedPort(target, createConnector(target, credentials, proxy, events));
  const isResolvedByProxy = resolver === dnsResolver && leavesNameToProxy(target, proxy, options.dns);
  const names = isResolvedByProxy ? createFixedResolver(target.scheme, (endpoint) => [endpoint]) : resolver;
  const wayTo = (address: string) => wayThrough(proxy, address);
  return build({ ...environment, connect, wayTo }, target, names, scheme, options);
}

/**
 * Makes a channel over pipes that `open` gives, one for each connection, instead of sockets. It knows no addresses.
 *
 * @throws TypeError or RangeError with a code, for options that cannot be used
 */
export function createPipeChannel(
  open: () => ConnectedPipe | Promise<ConnectedPipe>,
  options: ChannelOptions = {},
): Channel {
  checkChannelOptions(options, "createPipeChannel");
  const resolver = createFixedResolver(MEMORY_TARGET.scheme, (endpoint) => [endpoint]);
  return build({ connect: async () => open(), checkAddress() {} }, MEMORY_TARGET, resolver, "http", options);
}

/** Whether a proxy is to find a name: who asks for what DNS alone has, or for a name server, has it found here (gRFC A1, cases 1 and 2). */
function leavesNameToProxy(target: Target, proxy: ProxyChoice, dns: DnsOptions = {}): boolean {
  if (target.nameServer !== undefined || dns.srv === true || dns.serviceConfig === true) return false;
  return proxy.proxyFor(target.endpoint) !== undefined;
}

function build(
  environment: ChannelEnvironment & {
    readonly connect: Connector;
    wayTo?(address: string): string;
    readonly checkAddress?: AddressCheck;
  },
  target: Target,
  resolver: ResolverPolicy,
  scheme: "http" | "https",
  options: ChannelOptions,
): Channel {
  const { clock = options.clock ?? systemClock, random = Math.random, connect, firstStreamId } = environment;
  const { wayTo = (address: string) => address, checkAddress = parseSocketAddress } = environment;
  const deadlines = new TimerWheel(clock);
  // From now on handlers may make calls.
  ambientCalls.want();
  const { clientCallStart, clientCallEnd, channelEvent } = nodeDiagnostics;
  const events = new EventTeller(options.onEvent, channelEvent);
  const messages = messageSettings(options, defaultCompressors);
  const tellFailure = (policy: string, reason: string) => events.tell("balancer-failed", "error", { policy, reason });
  const own = (options.balancers ?? []).map((policy) => guardPolicy(policy, tellFailure));
  const policies = new BalancerRegistry([...STANDARD_POLICIES, ...own]);
  const codecs = chooseCodecs(options, target === MEMORY_TARGET);
  const credentials = options.callCredentials && [options.callCredentials];
  const serviceConfig = new ConfigInUse({
    target: target.text,
    events,
    fallback: readServiceConfig(options, policies),
    parse: (json) => parseServiceConfig(json, policies),
  });
  const { healthChecks = true } = options;
  return new BalancedChannel({
    codecs,
    target,
    resolver,
    checkAddress,
    balancer: chooseBalancer(options, policies),
    serviceConfig,
    rules: {
      defaults: options.defaults,
      maxSendBytes: messages.maxSendBytes,
      maxReceiveBytes: messages.maxReceiveBytes,
      isRetrying: options.retries ?? true,
      isRetryingIdempotent: options.retryIdempotent ?? true,
    },
    retryBuffer: new RetryBuffer(
      options.maxRetryBufferBytes ?? RETRY_BUFFER_BYTES,
      options.maxRetryCallBytes ?? RETRY_CALL_BYTES,
    ),
    clock,
    random,
    deadlines,
    interceptors: options.interceptors,
    credentials,
    ambient: ambientCalls,
    idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
    events,
    publisher: new CallPublisher(clientCallStart, clientCallEnd, clock),
    createSubchannelSettings: (onConnection, onCallsStarted, run) => ({
      clock,
      random,
      // A connection outlives the call that it is opened for.
      connect: (address, signal) => ambientCalls.runOutside(() => connect(address, signal)),
      get healthService() {
        return healthChecks ? serviceConfig.current?.healthService : undefined;
      },
      run,
      startOwnCall: createOwnCallStarter(deadlines, credentials),
      wayTo,
      backoff: options.backoff,
      scaling: new ConnectionScaling(options.maxConnectionsPerSubchannel ?? CONNECTIONS_PER_SUBCHANNEL),
      minConnectTimeoutMs: options.minConnectTimeoutMs ?? MIN_CONNECT_TIMEOUT_MS,
      connection: {
        scheme,
        authority: options.authority ?? target.authority,
        userAgent: options.userAgent === undefined ? USER_AGENT : `${options.userAgent} ${USER_AGENT}`,
        messages,
        codecs,
        format: options.format ?? "proto",
        segments: new SegmentPool(),
        limits: withHeaderRoom(options.http2, messages.maxMetadataBytes),
        deadlines,
        onConnection,
        onCallsStarted,
        events,
        clock,
        keepalive: new KeepaliveSettings(options.keepalive),
        firstStreamId,
      },
    }),
  });
}

function chooseCodecs(options: ChannelOptions, isInMemory: boolean): Codecs {
  const codecs = options.format === "json" ? new JsonCodecCache(options.jsonRegistry) : new CodecCache(options.codecs);
  const isChecked = options.checkRequests ?? (isInMemory || process.env["NODE_ENV"] === "development");
  return isChecked ? new CheckedCodecs(codecs, "request") : codecs;
}

function chooseBalancer({ loadBalancing = "pick_first" }: ChannelOptions, policies: BalancerRegistry): PolicyChoice {
  const choices = typeof loadBalancing === "string" ? [{ [loadBalancing]: {} }] : loadBalancing;
  const reader = new ConfigReader({ loadBalancing: Array.isArray(choices) ? choices : [choices] }, "");
  let choice: PolicyChoice;
  try {
    choice = policies.parseChoice(reader, "loadBalancing");
  } catch (error) {
    throw invalidOption(messageOf(error));
  }
  const [unknown] = reader.unknownFields;
  if (unknown !== undefined) throw invalidOption(`loadBalancing: nobody knows the field ${unknown}`);
  return choice;
}

/** Whoever writes a config into a program wants to know of slips; one that was found is taken as far as it is known. */
function readServiceConfig(
  { serviceConfig }: ChannelOptions,
  policies: BalancerRegistry,
): ParsedServiceConfig | undefined {
  if (serviceConfig === undefined) return undefined;
  let read: ParsedServiceConfig;
  try {
    read = parseServiceConfig(serviceConfig, policies);
  } catch (error) {
    throw invalidOption(`serviceConfig: ${messageOf(error)}`);
  }
  const [unknown] = read.unknownFields;
  if (unknown !== undefined) throw invalidOption(`serviceConfig: nobody knows the field ${unknown}`);
  return read;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function invalidOption(what: string): TypeError {
  return misuse(TypeError, "GANNET_INVALID_OPTION", what);
}
