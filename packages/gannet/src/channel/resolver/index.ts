/** Where the backends of a target are. Start with resolver.ts. */
export type { CallChoice, CallSelector, SelectableCall, SelectedCallInit } from "./call-selector.ts";
export { createDnsResolver, type DnsEnvironment, type DnsOptions } from "./dns-resolver.ts";
export { createFixedResolver, FIXED_RESOLVERS } from "./fixed-resolver.ts";
export { type AddressCheck, GuardedResolver } from "./guarded-resolver.ts";
export {
  createEndpoint,
  type EndpointInit,
  type Found,
  type Resolver,
  type ResolverHost,
  type ResolverPolicy,
} from "./resolver.ts";
