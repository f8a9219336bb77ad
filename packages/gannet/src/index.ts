/** gRPC for Node: servers, channels and typed clients. */
export {
  type Channel,
  type ChannelEvent,
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
  type ServerStreamCall,
  type UnaryCall,
} from "./client/index.ts";
export {
  type AnyIterable,
  type CallOptions,
  type Code,
  detail,
  type ErrorCode,
  type ErrorDetail,
  GrpcError,
  type GrpcErrorOptions,
  Metadata,
  type MetadataInit,
  type MetadataInput,
  type MetadataValue,
  type MisuseCode,
  type Transport,
} from "./core/index.ts";
export {
  createServer,
  type Handlers,
  type ListenAddress,
  type ListenOptions,
  type Peer,
  type Server,
  type ServerCall,
  type ServerEvent,
  type ServerOptions,
} from "./server/index.ts";
export { createInMemoryChannel } from "./testing/index.ts";
