/** Where the backends of a target are. Start with resolver.ts. */
export { createDnsResolver, type DnsEnvironment, type DnsOptions } from "./dns-resolver.ts";
export { createFixedResolver, FIXED_RESOLVERS } from "./fixed-resolver.ts";
export type { Found, Resolver, ResolverHost, ResolverPolicy } from "./resolver.ts";
