import type { Clock } from "../../base/index.ts";
import type { Endpoint } from "../balancer/index.ts";
import type { Target } from "../target/index.ts";
import type { CallSelector } from "./call-selector.ts";

/** One backend, as a resolver tells of it. */
export interface EndpointInit {
  /** How it can be reached: `host:port` with an IP address, or `unix:path`. Several are ways to the same backend. */
  readonly addresses: readonly string[];
  /**
   * Its share of the load relative to others, for balancers that go by it.
   *
   * @default 1
   */
  readonly weight?: number | undefined;
  /**
   * Where it is, for balancers that go by it.
   *
   * @default nowhere in particular
   */
  readonly locality?: string | undefined;
  /**
   * What else balancers are to know of it, by names such as `hierarchy` (`priority`, `weighted_target`) and `hashKey`
   * (`ring_hash`).
   *
   * @default nothing
   */
  readonly attributes?: ReadonlyMap<string, unknown> | undefined;
}

/** What a resolver found. No endpoints are an answer too; `note` says why. */
export interface Found {
  readonly endpoints: readonly EndpointInit[];
  readonly note?: string | undefined;
  /**
   * How calls are made: a `ServiceConfig`, or its JSON as text; an Error where what was found cannot be read. Undefined
   * where the resolver found none (gRFC A21).
   */
  readonly serviceConfig?: unknown;
  /**
   * Chooses for each call how it is made, and what balancers go by. Undefined for what the service config says (gRFC A31).
   * Where the service config cannot be used, neither is this.
   */
  readonly selectCall?: CallSelector | undefined;
}

/** What a resolver may use and tell. */
export interface ResolverHost {
  /** What time is told by: virtual, in tests. */
  readonly clock: Clock;
  /** From 0 up to 1. */
  random(): number;
  /** Undefined accepts; a text says why the channel cannot use it, and the resolver should try again later. */
  update(found: Found): string | undefined;
  /** There is no answer. What was found before stays in use; without that, calls that do not wait fail with `reason`. */
  fail(reason: string): void;
}

/** Finds the addresses behind a target, and keeps them up to date. It starts when it is made. */
export interface Resolver {
  /** The addresses may be out of date: look again, as soon as that is good manners. */
  resolveNow(): void;
  /** The channel is closed or idle: what is told from now on is not heard. Another resolver is made when it wakes. */
  close(): void;
}

/** A kind of resolver, under the scheme of the targets that it resolves. */
export interface ResolverPolicy {
  /** Lower case, without the colon. */
  readonly scheme: string;
  /** Whether it may find service configs or select calls: then first calls wait for what it finds. False by default. */
  readonly mayConfigure?: boolean | undefined;
  /** Makes a resolver, which may tell `host` of what it finds at once. What it throws fails calls. */
  create(target: Target, host: ResolverHost): Resolver;
}

/** An endpoint with all that balancers look at. */
export function createEndpoint({ addresses, weight = 1, locality, attributes }: EndpointInit): Endpoint {
  return { addresses, weight, locality, attributes: attributes ?? NO_ATTRIBUTES };
}

const NO_ATTRIBUTES: ReadonlyMap<string, unknown> = new Map();
