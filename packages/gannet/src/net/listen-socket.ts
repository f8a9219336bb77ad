import { rm } from "node:fs/promises";
import { connect, createServer, type ListenOptions as NodeListenOptions, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { describeSocketError } from "./describe-error.ts";
import { formatHostPort, formatSocketAddress, parseSocketAddress, type SocketAddress } from "./socket-address.ts";
import { SocketPipe } from "./socket-pipe.ts";
import { ALPN_PROTOCOL, createTlsContext, MIN_TLS_VERSION, type TlsIdentity } from "./tls-context.ts";

/** A client that has not finished its TLS handshake by then is let go. */
const HANDSHAKE_MS = 20_000;

/** What a server needs to speak TLS. */
export interface ListenTlsOptions extends TlsIdentity {
  readonly cert: string;
  readonly key: string;
  /**
   * Takes only clients with a certificate that one of `ca` has signed.
   *
   * @default false
   */
  readonly requestClientCert?: boolean | undefined;
}

/** How to listen. */
export interface ListenOptions {
  /** Speaks TLS; plaintext where undefined. */
  readonly tls?: ListenTlsOptions | undefined;
  /** Takes a connection; with TLS, the handshake is done. */
  onConnection(pipe: SocketPipe): void;
  /** A client that did not get as far as a connection, or a failure to accept: for logs. */
  onProblem?(message: string, peer: string): void;
}

/** Somewhere that connections come in. */
export interface SocketListener {
  /** As given, with the port that was chosen where it was 0. */
  readonly address: string;
  /** 0 for a unix socket. */
  readonly port: number;
  /** Takes no further connections from now on. Resolves once those that were taken have closed. */
  close(): Promise<void>;
}

/**
 * Listens at `host:port`, where 0 is any free port, or `unix:path`.
 *
 * @throws TypeError for an address, certificate or key that cannot be read
 * @throws Error that says what failed and where: `listen EADDRINUSE 127.0.0.1:50051`
 */
export async function listenSocket(text: string, options: ListenOptions): Promise<SocketListener> {
  const address = parseSocketAddress(text);
  const handshaking = new Set<Socket>();
  const server =
    options.tls === undefined ? createPlainServer(options) : createEncryptedServer(options.tls, options, handshaking);
  try {
    await listen(server, address);
  } catch (error) {
    if (!(await removeStaleSocket(address, error))) throw listenError(error, address);
    await listen(server, address).catch((again: unknown) => {
      throw listenError(again, address);
    });
  }
  // Failures to accept, such as too many open files: the server goes on.
  server.on("error", (error) => options.onProblem?.(`accept: ${describeSocketError(error)}`, ""));
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return {
    address: address.kind === "tcp" ? formatHostPort(address.host, port) : formatSocketAddress(address),
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of handshaking) socket.destroy();
      }),
  };
}

function createPlainServer(options: ListenOptions): Server {
  return createServer({ noDelay: true }, (socket) => options.onConnection(new SocketPipe(socket)));
}

function createEncryptedServer(tls: ListenTlsOptions, options: ListenOptions, handshaking: Set<Socket>): Server {
  // A server takes no context that is made already, but what is wrong with these is to be said as elsewhere.
  createTlsContext(tls);
  const { ca, cert, key } = tls;
  const server = createTlsServer({
    ca,
    cert,
    key,
    ALPNProtocols: [ALPN_PROTOCOL],
    minVersion: MIN_TLS_VERSION,
    handshakeTimeout: HANDSHAKE_MS,
    requestCert: tls.requestClientCert === true,
    rejectUnauthorized: tls.requestClientCert === true,
    noDelay: true,
  });
  server.on("connection", (socket: Socket) => {
    handshaking.add(socket);
    socket.once("close", () => handshaking.delete(socket));
  });
  server.on("secureConnection", (socket: TLSSocket) => {
    // Node does not say which socket is beneath.
    for (const raw of handshaking) if (raw.remotePort === socket.remotePort) handshaking.delete(raw);
    if (socket.alpnProtocol === ALPN_PROTOCOL) {
      options.onConnection(new SocketPipe(socket));
      return;
    }
    options.onProblem?.("a client spoke TLS, but did not offer HTTP/2 in ALPN", peerOf(socket));
    socket.on("error", () => {});
    socket.destroy();
  });
  server.on("tlsClientError", (error, socket) => {
    options.onProblem?.(`TLS handshake: ${describeClientError(error)}`, peerOf(socket));
    socket.destroy();
  });
  return server;
}

function describeClientError(error: Error & { readonly code?: string }): string {
  const isPlaintext = error.code === "ERR_SSL_HTTP_REQUEST" || error.code === "ERR_SSL_WRONG_VERSION_NUMBER";
  return isPlaintext ? "the client sent plaintext" : describeSocketError(error);
}

function peerOf(socket: Socket): string {
  return socket.remoteAddress === undefined ? "" : formatHostPort(socket.remoteAddress, socket.remotePort ?? 0);
}

function listen(server: Server, address: SocketAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(endpointOf(address), () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function endpointOf(address: SocketAddress): NodeListenOptions {
  if (address.kind === "unix") return { path: address.path };
  return address.host === "" ? { port: address.port } : { host: address.host, port: address.port };
}

function listenError(error: unknown, address: SocketAddress): Error {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const why = code === "EADDRINUSE" ? ": something else listens there" : code === "EACCES" ? ": not permitted" : "";
  const text = code === "" ? describeSocketError(error) : `listen ${code} ${formatSocketAddress(address)}${why}`;
  return new Error(text, { cause: error });
}

/** Removes a unix socket that a server which is gone has left behind. */
async function removeStaleSocket(address: SocketAddress, error: unknown): Promise<boolean> {
  const isInUse = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  if (address.kind !== "unix" || !isInUse) return false;
  const isStale = await new Promise<boolean>((resolve) => {
    const socket = connect(address.path);
    socket.once("connect", () => {
      resolve(false);
      socket.destroy();
    });
    socket.once("error", (cause: Error & { readonly code?: string }) => resolve(cause.code === "ECONNREFUSED"));
  });
  if (isStale) await rm(address.path, { force: true });
  return isStale;
}
