import { type Clock, describeValue } from "../../base/index.ts";
import { type AmbientCalls, textOfThrown } from "../../core/index.ts";
import type { Target } from "../target/index.ts";
import type { Found, Resolver, ResolverHost, ResolverPolicy } from "./resolver.ts";

/** @throws Error for a text that is no address */
export type AddressCheck = (text: string) => void;

/**
 * A resolver for as long as its channel is awake. What it tells after it was closed is not heard, what it throws is told as
 * its failure, and the calls that it makes are not for whichever handler has woken the channel.
 */
export class GuardedResolver implements Resolver, ResolverHost {
  readonly clock: Clock;
  readonly #host: ResolverHost;
  readonly #ambient: AmbientCalls;
  readonly #checkAddress: AddressCheck;
  readonly #resolver: Resolver | undefined;
  #isClosed = false;

  constructor(
    policy: ResolverPolicy,
    target: Target,
    host: ResolverHost,
    ambient: AmbientCalls,
    checkAddress: AddressCheck,
  ) {
    this.clock = host.clock;
    this.#host = host;
    this.#ambient = ambient;
    this.#checkAddress = checkAddress;
    this.#resolver = this.#guard(() => policy.create(target, this));
  }

  resolveNow(): void {
    if (!this.#isClosed) this.#guard(() => this.#resolver?.resolveNow());
  }

  close(): void {
    this.#isClosed = true;
    this.#guard(() => this.#resolver?.close());
  }

  random(): number {
    return this.#host.random();
  }

  update(found: Found): string | undefined {
    if (this.#isClosed) return undefined;
    const problem = problemOf(found, this.#checkAddress);
    if (problem === undefined) return this.#host.update(found);
    this.fail(`the resolver failed: ${problem}`);
    return problem;
  }

  fail(reason: string): void {
    if (!this.#isClosed) this.#host.fail(reason);
  }

  #guard<T>(code: () => T): T | undefined {
    try {
      return this.#ambient.runOutside(code);
    } catch (error) {
      this.fail(`the resolver failed: ${textOfThrown(error)}`);
      return undefined;
    }
  }
}

/** What is wrong with what was found: whoever resolves may do so without types. */
function problemOf(
  found: { readonly endpoints?: unknown } | null | undefined,
  checkAddress: AddressCheck,
): string | undefined {
  const endpoints = found?.endpoints;
  if (!Array.isArray(endpoints)) return `endpoints: expected a list, got ${describeValue(endpoints)}`;
  for (const [index, endpoint] of endpoints.entries()) {
    const addresses = (endpoint as { readonly addresses?: unknown } | null | undefined)?.addresses;
    if (!Array.isArray(addresses) || !addresses.every((address) => typeof address === "string")) {
      return `endpoints[${index}].addresses: expected a list of texts, got ${describeValue(addresses)}`;
    }
    for (const [place, address] of addresses.entries()) {
      try {
        checkAddress(address);
      } catch (error) {
        return `endpoints[${index}].addresses[${place}]: ${textOfThrown(error)}`;
      }
    }
  }
  return undefined;
}
