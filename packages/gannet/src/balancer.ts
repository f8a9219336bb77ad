/**
 * What balancer policies of one's own are made of, for the `balancers` of a channel. Start with `BalancerPolicy` and
 * `SpreadingBalancer`.
 */
export {
  type BackendHealth,
  type Balancer,
  type BalancerHost,
  type BalancerPolicy,
  BalancerRegistry,
  ChildBalancer,
  ConfigReader,
  type ConnectivityState,
  createRingHash,
  type Endpoint,
  failPicker,
  type LoadReport,
  type LoadWatch,
  type Pick,
  type PickArguments,
  type PickedCallEnd,
  type Picker,
  QUEUE_PICKER,
  type ReadyEndpoint,
  type Resolution,
  type RingHashConfig,
  type RingHashOptions,
  SpreadingBalancer,
  type Subchannel,
  type SubchannelListener,
} from "./channel/index.ts";
