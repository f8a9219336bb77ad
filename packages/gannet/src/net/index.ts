/**
 * Sockets as byte pipes: connecting, listening, TLS, names. The only place with `node:net`, `node:tls` and `node:dns`.
 * Start with connected-pipe.ts.
 */

export { type CertificateFilesOptions, certificateFiles } from "./certificate-files.ts";
export { type ConnectOptions, connectSocket } from "./connect-socket.ts";
export type { ConnectedPipe, PipeListener } from "./connected-pipe.ts";
export type { DuplexStream } from "./duplex-stream.ts";
export { type HttpProxy, parseHttpProxy } from "./http-proxy.ts";
export { type ListenOptions, listenSocket, type SocketListener } from "./listen-socket.ts";
export type { ListenTlsOptions } from "./listen-tls-options.ts";
export { createMemoryPipes, MEMORY_ADDRESS, type MemoryPipe } from "./memory-pipe.ts";
export { isNoRecord, type NameServer, nameServerAt, type ServiceRecord, systemNames } from "./name-server.ts";
export { NoProxyList } from "./no-proxy-list.ts";
export {
  formatHostPort,
  isIpAddress,
  parseSocketAddress,
  type SocketAddress,
  splitHostPort,
} from "./socket-address.ts";
export { SocketPipe } from "./socket-pipe.ts";
export { createTlsContext, type TlsContext } from "./tls-context.ts";
export { type IdentityListener, TlsContextReader } from "./tls-context-reader.ts";
export type { PemText, TlsIdentity, TlsIdentityProvider, TlsIdentitySource } from "./tls-identity.ts";
