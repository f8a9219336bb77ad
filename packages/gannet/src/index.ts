/** gRPC for Node: servers, channels and typed clients. */
export type { Clock, Timer } from "./base/index.ts";
export {
  type Channel,
  type ChannelOptions,
  type ConnectivityState,
  type Credentials,
  createChannel,
  insecure,
  type TlsOptions,
  tls,
} from "./channel/index.ts";
export {
  type BidiStreamCall,
  type Client,
  type ClientCall,
  type ClientStreamCall,
  createClient,
  type DynamicMethod,
  type Response,
  type Sender,
  type SendOptions,
  type ServerStreamCall,
  type UnaryCall,
} from "./client/index.ts";
export {
  type AnyIterable,
  type CallOptions,
  type Code,
  type Compressor,
  detail,
  type ErrorCode,
  type ErrorDetail,
  type EventListener,
  GrpcError,
  type GrpcErrorOptions,
  type GrpcEvent,
  type MessageOptions,
  Metadata,
  type MetadataInit,
  type MetadataInput,
  type MetadataValue,
  type MisuseCode,
  type Peer,
  type ServerCall,
  type TlsFacts,
  type Transport,
} from "./core/index.ts";
export { brotli, type CompressionLevel, defaultCompressors, deflate, gzip, zstd } from "./node/index.ts";
export type {
  CallStats,
  ChannelStats,
  ConnectionStats,
  ObservedChannel,
  ObservedConnection,
  ObservedListener,
  ObservedServer,
  ObservedState,
  ObservedSubchannel,
  ServerStats,
  SubchannelStats,
} from "./observe/index.ts";
export {
  createServer,
  type Handlers,
  type ListenAddress,
  type ListenOptions,
  type Server,
  type ServerOptions,
  type ServiceOptions,
} from "./server/index.ts";
export { createInMemoryChannel } from "./testing/index.ts";
