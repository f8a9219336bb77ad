import type { BalancerRegistry, PolicyChoice } from "../balancer/index.ts";
import { ConfigReader } from "../config/index.ts";
import {
  type ParsedHedgingPolicy,
  type ParsedRetryPolicy,
  parseHedgingPolicy,
  parseRetryPolicy,
  RetryThrottle,
} from "../retry/index.ts";
import { ConfigNames, type PlacedName } from "./config-names.ts";

/** What a service config says, read. */
export interface ParsedServiceConfig {
  /** Undefined where it leaves that to the channel. */
  readonly balancer: PolicyChoice | undefined;
  /** By `/service/method`, `/service/`, and the empty text for all that have none of their own. */
  readonly methods: ReadonlyMap<string, MethodSettings>;
  readonly names: ConfigNames;
  readonly throttle: RetryThrottle | undefined;
  /** The service whose health is asked for; undefined for not to ask. */
  readonly healthService: string | undefined;
  /** How many connections each backend may have; undefined where it does not say. */
  readonly maxConnectionsPerSubchannel: number | undefined;
  /** The paths of fields that nobody knows. */
  readonly unknownFields: readonly string[];
}

/** What a service config says of a method. */
export interface MethodSettings {
  readonly waitForReady: boolean | undefined;
  readonly timeoutMs: number | undefined;
  readonly maxSendBytes: number | undefined;
  readonly maxReceiveBytes: number | undefined;
  readonly attempts: ParsedRetryPolicy | ParsedHedgingPolicy | undefined;
}

const MAX_BYTES = 0xffff_ffff;
const MAX_CONNECTIONS = 0xffff_ffff;
const MAX_TOKENS = 1000;

/**
 * Reads a service config (gRFC A2, A21).
 *
 * @param json the config, or its text
 * @throws TypeError that names the field: one of a type, or with a value, that it cannot have
 */
export function parseServiceConfig(json: unknown, policies: BalancerRegistry): ParsedServiceConfig {
  const reader = new ConfigReader(typeof json === "string" ? parseJson(json) : json, "");
  const methods = new Map<string, MethodSettings>();
  const names: PlacedName[] = [];
  for (const method of reader.objects("methodConfig")) {
    const settings = readSettings(method);
    for (const name of method.objects("name")) names.push(addName(methods, name, settings));
  }
  const throttling = reader.object("retryThrottling");
  const health = reader.object("healthCheckConfig");
  const scaling = reader.object("connectionScaling");
  // A number that is not set is 0 in protobuf.
  const maxConnections = scaling?.integer("maxConnectionsPerSubchannel", 0, 0, MAX_CONNECTIONS) || undefined;
  return {
    balancer: readBalancer(reader, policies),
    methods,
    names: new ConfigNames(names),
    throttle: throttling && readThrottle(throttling),
    healthService: health?.has("serviceName") === true ? health.text("serviceName", "") : undefined,
    maxConnectionsPerSubchannel: maxConnections,
    unknownFields: reader.unknownFields,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TypeError(`a service config: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function readBalancer(reader: ConfigReader, policies: BalancerRegistry): PolicyChoice | undefined {
  const name = reader.text("loadBalancingPolicy", "");
  if (reader.has("loadBalancingConfig")) return policies.parseChoice(reader, "loadBalancingConfig");
  if (name === "") return undefined;
  // As protobuf's JSON has it, which may be in capitals.
  const list = new ConfigReader({ loadBalancingPolicy: [{ [name.toLowerCase()]: {} }] }, "");
  return policies.parseChoice(list, "loadBalancingPolicy");
}

function addName(methods: Map<string, MethodSettings>, name: ConfigReader, settings: MethodSettings): PlacedName {
  const service = name.text("service", "");
  const method = name.text("method", "");
  if (service === "" && method !== "") throw new TypeError(`${name.pathOf("service")}: a method needs its service`);
  const key = service === "" ? "" : `/${service}/${method}`;
  if (methods.has(key)) throw new TypeError(`${name.pathOf("service")}: another methodConfig has the same name`);
  methods.set(key, settings);
  return { service, method, where: name.where };
}

/**
 * Reads what a service config says of a method, by itself.
 *
 * @throws TypeError that names the field
 */
export function parseMethodSettings(json: unknown): MethodSettings {
  return readSettings(new ConfigReader(json, "methodConfig"));
}

function readSettings(reader: ConfigReader): MethodSettings {
  const retry = reader.object("retryPolicy");
  const hedging = reader.object("hedgingPolicy");
  if (retry !== undefined && hedging !== undefined) {
    throw new TypeError(`${reader.pathOf("hedgingPolicy")}: a method has this or retryPolicy, not both`);
  }
  return {
    waitForReady: reader.has("waitForReady") ? reader.flag("waitForReady", false) : undefined,
    timeoutMs: reader.has("timeout") ? reader.durationMs("timeout", 0) : undefined,
    maxSendBytes: readBytes(reader, "maxRequestMessageBytes"),
    maxReceiveBytes: readBytes(reader, "maxResponseMessageBytes"),
    attempts: (retry && parseRetryPolicy(retry)) ?? (hedging && parseHedgingPolicy(hedging)),
  };
}

function readBytes(reader: ConfigReader, field: string): number | undefined {
  return reader.has(field) ? reader.integer(field, 0, 0, MAX_BYTES) : undefined;
}

function readThrottle(reader: ConfigReader): RetryThrottle {
  const maxTokens = reader.integer("maxTokens", Number.NaN, 1, MAX_TOKENS);
  return new RetryThrottle(maxTokens, reader.number("tokenRatio", Number.NaN, Number.MIN_VALUE, Number.MAX_VALUE));
}
