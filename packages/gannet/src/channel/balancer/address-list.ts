import type { Endpoint } from "./balancer.ts";

/**
 * The addresses of endpoints as endpoints of their own, each once, in the order to try them: families in turn, beginning
 * with that of the first (RFC 8305 §4, gRFC A61).
 */
export function interleaveAddresses(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const families = new Map<string, Endpoint[]>();
  const seen = new Set<string>();
  for (const endpoint of endpoints) {
    for (const address of endpoint.addresses) {
      if (seen.has(address)) continue;
      seen.add(address);
      const single = endpoint.addresses.length === 1 ? endpoint : { ...endpoint, addresses: [address] };
      const family = familyOf(address);
      const members = families.get(family);
      if (members === undefined) families.set(family, [single]);
      else members.push(single);
    }
  }
  const lists = [...families.values()];
  const [only] = lists;
  if (lists.length <= 1) return only ?? [];
  const longest = Math.max(...lists.map(({ length }) => length));
  const turns = Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1)));
  return turns.flat();
}

function familyOf(address: string): string {
  if (address.startsWith("[")) return "ipv6";
  return address.includes(":") && !/^\d/.test(address) ? "other" : "ipv4";
}

/** What tells endpoints apart: their addresses, in any order. */
export function keyOfEndpoint({ addresses }: Endpoint): string {
  return addresses.length === 1 ? (addresses[0] ?? "") : [...addresses].sort().join(" ");
}
