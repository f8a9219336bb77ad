import type { Endpoint } from "./balancer.ts";

/**
 * Endpoints in an order that chance chooses, those with more weight rather at the front: each gets the key
 * `random ** (1 / weight)`, the largest first (Efraimidis and Spirakis; gRFC A113).
 */
export function shuffleByWeight(endpoints: readonly Endpoint[], random: () => number): readonly Endpoint[] {
  const keyed = endpoints.map((endpoint) => ({ endpoint, key: random() ** (1 / endpoint.weight) }));
  return keyed.sort((a, b) => b.key - a.key).map(({ endpoint }) => endpoint);
}
