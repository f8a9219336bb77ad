/**
 * Sockets as byte pipes: connecting, listening, TLS, names. The only place with `node:net`, `node:tls` and `node:dns`.
 * Start with connected-pipe.ts.
 */
export { type ConnectOptions, connectSocket } from "./connect-socket.ts";
export type { ConnectedPipe, PipeListener, PipePeer } from "./connected-pipe.ts";
export type { DuplexStream } from "./duplex-stream.ts";
export { type ListenOptions, type ListenTlsOptions, listenSocket, type SocketListener } from "./listen-socket.ts";
export { lookupHost } from "./lookup-host.ts";
export { createMemoryPipes, MEMORY_ADDRESS, type MemoryPipe } from "./memory-pipe.ts";
export {
  formatHostPort,
  isIpAddress,
  parseSocketAddress,
  type SocketAddress,
  splitHostPort,
} from "./socket-address.ts";
export { SocketPipe } from "./socket-pipe.ts";
export { createTlsContext, type TlsContext, type TlsIdentity } from "./tls-context.ts";
