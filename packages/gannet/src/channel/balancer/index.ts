/** Which backend takes a call. Start with balancer.ts; each policy has a file of its own. */
export type {
  BackendHealth,
  Balancer,
  BalancerHost,
  BalancerPolicy,
  ConnectivityState,
  Endpoint,
  LoadReport,
  LoadWatch,
  Pick,
  PickArguments,
  PickedCallEnd,
  Picker,
  Resolution,
  Subchannel,
} from "./balancer.ts";
export { BalancerRegistry, type PolicyChoice } from "./balancer-registry.ts";
export { ChildBalancer, failPicker, QUEUE_PICKER } from "./child-balancer.ts";
export type { ReadyEndpoint, SubchannelListener } from "./endpoint-children.ts";
export { guardPolicy } from "./guarded-policy.ts";
export { readLoadReport } from "./read-load-report.ts";
export { createRingHash, type RingHashConfig, type RingHashOptions } from "./ring-hash.ts";
export { SpreadingBalancer } from "./spreading-balancer.ts";
export { STANDARD_POLICIES } from "./standard-policies.ts";
