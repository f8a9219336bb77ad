import type { Clock } from "../../base/index.ts";
import { type AmbientCalls, textOfThrown } from "../../core/index.ts";
import type { Target } from "../target/index.ts";
import type { Found, Resolver, ResolverHost, ResolverPolicy } from "./resolver.ts";

/**
 * A resolver for as long as its channel is awake. What it tells after it was closed is not heard, what it throws is told as
 * its failure, and the calls that it makes are not for whichever handler has woken the channel.
 */
export class GuardedResolver implements Resolver, ResolverHost {
  readonly clock: Clock;
  readonly #host: ResolverHost;
  readonly #ambient: AmbientCalls;
  readonly #resolver: Resolver | undefined;
  #isClosed = false;

  constructor(policy: ResolverPolicy, target: Target, host: ResolverHost, ambient: AmbientCalls) {
    this.clock = host.clock;
    this.#host = host;
    this.#ambient = ambient;
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
    return this.#isClosed ? undefined : this.#host.update(found);
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
