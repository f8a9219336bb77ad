/**
 * From a target to a connection for each call: target → resolver → balancer → subchannel → call. Start with
 * balanced-channel.ts.
 */
export {
  type BackendHealth,
  type Balancer,
  type BalancerHost,
  type BalancerPolicy,
  BalancerRegistry,
  ChildBalancer,
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
} from "./balancer/index.ts";
export type { Channel } from "./channel.ts";
export type { ChannelOptions } from "./channel-options.ts";
export { ConfigReader } from "./config/index.ts";
export { createChannel, createPipeChannel } from "./create-channel.ts";
export { type Credentials, insecure, type TlsOptions, tls } from "./credentials/index.ts";
export type {
  CallChoice,
  CallSelector,
  DnsOptions,
  EndpointInit,
  Found,
  Resolver,
  ResolverHost,
  ResolverPolicy,
  SelectableCall,
} from "./resolver/index.ts";
export type { HedgingPolicy, MethodConfig, RetryPolicy, ServiceConfig } from "./service-config/index.ts";
export type { Target } from "./target/index.ts";
