import type { Clock } from "../../base/index.ts";
import type { Endpoint } from "../balancer/index.ts";
import type { Target } from "../target/index.ts";

/** What a resolver found. No endpoints are an answer too; `note` says why. */
export interface Found {
  readonly endpoints: readonly Endpoint[];
  readonly note?: string | undefined;
  /**
   * How calls are made: a `ServiceConfig`, or its JSON as text; an Error where what was found cannot be read. Undefined
   * where the resolver found none (gRFC A21).
   */
  readonly serviceConfig?: unknown;
}

/** What a resolver may use and tell. */
export interface ResolverHost {
  readonly clock: Clock;
  /** From 0 up to 1. */
  random(): number;
  /** Undefined accepts; a text says why the channel cannot use it, and the resolver should try again later. */
  update(found: Found): string | undefined;
  /** There is no answer. What was found before stays in use. */
  fail(reason: string): void;
}

/** Finds the addresses behind a target, and keeps them up to date. It starts when it is made. */
export interface Resolver {
  /** The addresses may be out of date: look again, as soon as that is good manners. */
  resolveNow(): void;
  close(): void;
}

/** A kind of resolver, under the scheme of the targets that it resolves. */
export interface ResolverPolicy {
  /** Lower case, without the colon. */
  readonly scheme: string;
  /** Whether it may find service configs: then first calls wait for what it finds. False by default. */
  readonly mayConfigure?: boolean | undefined;
  create(target: Target, host: ResolverHost): Resolver;
}

/** An endpoint with one address, and nothing special about it. */
export function createEndpoint(address: string): Endpoint {
  return { addresses: [address], weight: 1, locality: undefined, attributes: new Map() };
}
