/** Which backend takes a call. Start with balancer.ts; each policy has a file of its own. */
export type {
  Balancer,
  BalancerHost,
  BalancerPolicy,
  ConnectivityState,
  Endpoint,
  LoadReport,
  Pick,
  PickArguments,
  PickedCallEnd,
  Picker,
  Resolution,
  Subchannel,
} from "./balancer.ts";
export { BalancerRegistry } from "./balancer-registry.ts";
export { pickFirst } from "./pick-first.ts";
