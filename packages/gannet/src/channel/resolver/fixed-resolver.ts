import type { Resolver, ResolverPolicy } from "./resolver.ts";

const NOTHING_TO_DO: Resolver = { resolveNow() {}, close() {} };

/** Resolvers of targets that say it all themselves. */
export const FIXED_RESOLVERS: readonly ResolverPolicy[] = [
  createFixedResolver("ipv4", (endpoint) => endpoint.split(",")),
  createFixedResolver("ipv6", (endpoint) => endpoint.split(",")),
  createFixedResolver("unix", (endpoint) => [`unix:${endpoint}`]),
  createFixedResolver("unix-abstract", (endpoint) => [`unix-abstract:${endpoint}`]),
  // The system looks a name up as it connects.
  createFixedResolver("passthrough", (endpoint) => [endpoint]),
];

/**
 * A resolver that knows its addresses from the target.
 *
 * @param addressesOf takes the target apart
 */
export function createFixedResolver(
  scheme: string,
  addressesOf: (endpoint: string) => readonly string[],
): ResolverPolicy {
  return {
    scheme,
    create(target, host) {
      host.update({ endpoints: addressesOf(target.endpoint).map((address) => ({ addresses: [address] })) });
      return NOTHING_TO_DO;
    },
  };
}
