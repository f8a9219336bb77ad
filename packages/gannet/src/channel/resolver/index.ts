/** Where the backends of a target are. Start with resolver.ts. */
export { createDnsResolver, type Lookup } from "./dns-resolver.ts";
export { createFixedResolver, FIXED_RESOLVERS } from "./fixed-resolver.ts";
export { createEndpoint, type Found, type Resolver, type ResolverHost, type ResolverPolicy } from "./resolver.ts";
