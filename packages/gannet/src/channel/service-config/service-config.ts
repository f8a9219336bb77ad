import type { ErrorCode } from "../../core/index.ts";

/**
 * How the calls of a service are made, as `grpc.service_config.ServiceConfig` has it in JSON (gRFC A2, A6, A21). Durations
 * are texts such as `"1.5s"`.
 */
export interface ServiceConfig {
  /** Policies with their configs, best first: the first is taken that the channel knows. */
  readonly loadBalancingConfig?: readonly Readonly<Record<string, unknown>>[] | undefined;
  /** The name of a policy, where `loadBalancingConfig` has none. */
  readonly loadBalancingPolicy?: string | undefined;
  readonly methodConfig?: readonly MethodConfig[] | undefined;
  readonly retryThrottling?: RetryThrottling | undefined;
  readonly healthCheckConfig?: HealthCheckConfig | undefined;
  readonly connectionScaling?: ConnectionScalingConfig | undefined;
}

/** How the calls of some methods are made. */
export interface MethodConfig {
  /** Which methods: a name without `method` stands for the whole service, one without `service` for all of all. */
  readonly name: readonly MethodName[];
  /** What `waitForReady` is for calls that do not say. */
  readonly waitForReady?: boolean | undefined;
  /** What calls have at most, whatever they ask for. */
  readonly timeout?: string | undefined;
  /** The largest request, whatever the channel allows. */
  readonly maxRequestMessageBytes?: number | undefined;
  /** The largest reply, whatever the channel allows. */
  readonly maxResponseMessageBytes?: number | undefined;
  /** How calls are made again that failed. Not beside `hedgingPolicy`. */
  readonly retryPolicy?: RetryPolicy | undefined;
  /** How calls are made several times, for the first answer. */
  readonly hedgingPolicy?: HedgingPolicy | undefined;
}

/** The methods that a `MethodConfig` is for. */
export interface MethodName {
  /** Its full name, such as `library.Library`. */
  readonly service?: string | undefined;
  readonly method?: string | undefined;
}

/** How calls are made again that failed (gRFC A6). */
export interface RetryPolicy {
  /** The first attempt included: 2 or more, of which at most 5 are made. */
  readonly maxAttempts: number;
  /** How long to wait at most before the second attempt; the actual delay is that, give or take 20 %. */
  readonly initialBackoff: string;
  readonly maxBackoff: string;
  /** What each further delay is multiplied by. */
  readonly backoffMultiplier: number;
  /**
   * How long an attempt may take, from when a connection has it until something of its reply comes; then the next one is made
   * as if it had failed. The last attempt has until the deadline. Not of gRFC A6: gRPC in C++ knows it too, others leave it.
   *
   * @default as long as the call
   */
  readonly perAttemptRecvTimeout?: string | undefined;
  /** Which codes are worth another attempt. */
  readonly retryableStatusCodes: readonly ErrorCode[];
}

/** How calls are made several times, for the first answer (gRFC A6). */
export interface HedgingPolicy {
  /** The first attempt included: 2 or more, of which at most 5 are made. */
  readonly maxAttempts: number;
  /**
   * How long to wait for an answer before each further attempt.
   *
   * @default "0s"
   */
  readonly hedgingDelay?: string | undefined;
  /**
   * The codes with which an attempt leaves the call to the others; with any other code it ends.
   *
   * @default none
   */
  readonly nonFatalStatusCodes?: readonly ErrorCode[] | undefined;
}

/** When a server that fails is spared further attempts (gRFC A6). */
export interface RetryThrottling {
  /** From 1 to 1,000. Each failure takes one; with half of them or fewer there are no further attempts. */
  readonly maxTokens: number;
  /** What a call that succeeds gives back. */
  readonly tokenRatio: number;
}

/** Whether backends are asked for their health (gRFC A17). */
export interface HealthCheckConfig {
  /** The service to ask for; empty for the server as a whole, undefined for not to ask. */
  readonly serviceName?: string | undefined;
}

/** Further connections to backends that allow fewer streams on each than there are calls (gRFC A105). */
export interface ConnectionScalingConfig {
  /** How many a backend may have; no more than the channel's `maxConnectionsPerSubchannel`. 1 by default. */
  readonly maxConnectionsPerSubchannel?: number | undefined;
}
