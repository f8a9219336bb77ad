import { xxhash64 } from "../../base/index.ts";
import type { Balancer, BalancerHost, BalancerPolicy, Endpoint, Resolution } from "./balancer.ts";
import type { PolicyChoice } from "./balancer-registry.ts";
import { ChildBalancer } from "./child-balancer.ts";

/** What `random_subsetting` is configured with (gRFC A68). */
export interface RandomSubsettingConfig {
  /** How many endpoints a client uses, 1 at least. */
  readonly subsetSize: number;
  /** What spreads calls over those. */
  readonly child: PolicyChoice;
}

/**
 * Has each client use some of the endpoints, drawn at random and nearly the same ones when others come or go: fewer
 * connections where clients and servers are many (gRFC A68).
 */
export const randomSubsetting: BalancerPolicy<RandomSubsettingConfig> = {
  name: "random_subsetting",
  parseConfig: (config, policies) => ({
    subsetSize: config.integer("subsetSize", 0, 1, 0xffff_ffff),
    child: policies.parseChoice(config, "childPolicy"),
  }),
  create: (host) => new RandomSubsettingBalancer(host),
};

class RandomSubsettingBalancer implements Balancer<RandomSubsettingConfig> {
  readonly #host: BalancerHost;
  readonly #child: ChildBalancer;
  /** What makes this client's choice another than that of others. */
  readonly #seed: bigint;

  constructor(host: BalancerHost) {
    this.#child = new ChildBalancer(host, {
      onChildChange: () => host.publish(this.#child.state, this.#child.picker),
    });
    this.#host = host;
    this.#seed = BigInt(Math.floor(host.random() * Number.MAX_SAFE_INTEGER));
  }

  update({ endpoints, config, note }: Resolution<RandomSubsettingConfig>): string | undefined {
    const chosen = this.#choose(endpoints, config.subsetSize);
    const { policy, config: childConfig } = config.child;
    const refusal = this.#child.update(policy, { endpoints: chosen, config: childConfig, note });
    this.#host.publish(this.#child.state, this.#child.picker);
    return refusal;
  }

  exitIdle(): void {
    this.#child.exitIdle();
  }

  close(): void {
    this.#child.close();
  }

  /** Those whose hashes come first: one that comes or goes changes one place. */
  #choose(endpoints: readonly Endpoint[], size: number): readonly Endpoint[] {
    if (endpoints.length <= size) return endpoints;
    const hashed = endpoints.map((endpoint) => {
      const address = new TextEncoder().encode(endpoint.addresses[0] ?? "");
      return { endpoint, hash: xxhash64(address, this.#seed) };
    });
    hashed.sort((a, b) => (a.hash < b.hash ? -1 : Number(a.hash > b.hash)));
    return hashed.slice(0, size).map(({ endpoint }) => endpoint);
  }
}
