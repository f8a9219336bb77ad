import { connect, type Socket } from "node:net";
import { checkServerIdentity, connect as connectTls, type SecureContext, TLSSocket } from "node:tls";
import { type Signal, untilAborted } from "../core/index.ts";
import { describeSocketError } from "./describe-error.ts";
import { certificateProblem, serverBytesProblem } from "./first-bytes.ts";
import type { HttpProxy } from "./http-proxy.ts";
import { openTunnel } from "./http-tunnel.ts";
import { formatSocketAddress, isIpAddress, type SocketAddress, unixPathOf } from "./socket-address.ts";
import { SocketPipe, type SocketPipeParts } from "./socket-pipe.ts";
import { SocketReads } from "./socket-reads.ts";
import { ALPN_PROTOCOL, type TlsContext } from "./tls-context.ts";

/** What to look at, by Node's codes. */
const HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there; does the server run, and is the port right?",
  ENOENT: "there is no such socket; does the server run, and is the path right?",
};

/** How to connect. */
export interface ConnectOptions {
  /** Speaks TLS; plaintext where undefined. */
  readonly tls?:
    | {
        readonly context: TlsContext;
        /** The name that the server's certificate must have; undefined for the host of the address. */
        readonly serverName?: string | undefined;
      }
    | undefined;
  /** Goes through it; directly where undefined, and to a unix socket always. */
  readonly proxy?: HttpProxy | undefined;
  /** Gives up when aborted; the promise rejects with its reason. */
  readonly signal?: Signal | undefined;
}

/**
 * Connects to a server. With TLS, the handshake is done and HTTP/2 agreed on.
 *
 * @throws Error that says what was attempted, where, and why it failed: `connect ECONNREFUSED 127.0.0.1:50051`
 */
export async function connectSocket(address: SocketAddress, options: ConnectOptions = {}): Promise<SocketPipe> {
  const { tls, proxy, signal } = options;
  if (signal?.aborted) throw signal.reason;
  const where = formatSocketAddress(address);
  const reads = tls === undefined ? new SocketReads() : undefined;
  if (proxy === undefined || address.kind === "unix") {
    const socket = tls === undefined ? connect({ ...endpointOf(address), onread: reads }) : openTls(address, tls);
    return finishConnect(socket, where, reads, options);
  }
  const { host, port } = address;
  const way = `${where} through the proxy ${proxy.name}`;
  const tunnel = await openTunnel(proxy, { host, port, reads, signal }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Error(`connect to ${way}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  if (tls === undefined) return new SocketPipe(tunnel, pipeParts(where, reads, tls));
  return finishConnect(openTls(address, tls, tunnel), way, reads, options, where);
}

/** @param peer the address of the server, where that is not all of `where` */
function finishConnect(
  socket: Socket,
  where: string,
  reads: SocketReads | undefined,
  { tls, signal }: ConnectOptions,
  peer: string = where,
): Promise<SocketPipe> {
  return untilAborted(signal, (resolve, reject) => {
    let isTcpConnected = peer !== where;
    const onError = (error: Error) => reject(connectError(error, where, tls !== undefined && isTcpConnected));
    const onConnect = () => {
      isTcpConnected = true;
    };
    const onClose = () => {
      const when = tls === undefined ? "" : " during the TLS handshake";
      reject(new Error(`connect to ${where}: the connection was closed${when}`));
    };
    const onReady = () => {
      const problem = socket instanceof TLSSocket ? alpnProblem(socket) : undefined;
      if (problem === undefined) resolve(new SocketPipe(socket, pipeParts(peer, reads, tls)));
      else reject(new Error(`TLS with ${where}: ${problem}`));
    };
    const readyEvent = tls === undefined ? "connect" : "secureConnect";
    socket.on("connect", onConnect).on("error", onError).on("close", onClose).on(readyEvent, onReady);
    return (isConnected) => {
      socket.off("error", onError).off("close", onClose).off("connect", onConnect);
      socket.off(readyEvent, onReady);
      if (isConnected) return;
      socket.on("error", () => {});
      socket.destroy();
    };
  });
}

function pipeParts(peer: string, reads: SocketReads | undefined, tls: ConnectOptions["tls"]): SocketPipeParts {
  const checkFirstBytes = tls === undefined ? serverBytesProblem : problemAfterHandshake(tls.context);
  return { peer: { address: peer }, checkFirstBytes, reads };
}

/** What to make of a server that ends the connection as soon as it has seen who we are. */
function problemAfterHandshake({ subject }: TlsContext): typeof certificateProblem | undefined {
  return subject === undefined ? undefined : certificateProblem;
}

function endpointOf(address: SocketAddress): { path: string } | { host: string; port: number; noDelay: true } {
  if (address.kind === "unix") return { path: unixPathOf(address) };
  return { host: address.host, port: address.port, noDelay: true };
}

/** @param tunnel what to speak over; undefined to connect to the address */
function openTls(address: SocketAddress, tls: NonNullable<ConnectOptions["tls"]>, tunnel?: Socket): Socket {
  const name = tls.serverName ?? (address.kind === "tcp" ? address.host : "localhost");
  return connectTls({
    ...(tunnel === undefined ? endpointOf(address) : { socket: tunnel }),
    secureContext: tls.context.context as SecureContext,
    ALPNProtocols: [ALPN_PROTOCOL],
    // An address is not sent as a name (RFC 6066 §3), but the certificate has to have it all the same.
    ...(isIpAddress(name) ? {} : { servername: name }),
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
  });
}

function alpnProblem(socket: TLSSocket): string | undefined {
  if (socket.alpnProtocol === ALPN_PROTOCOL) return undefined;
  const chosen = typeof socket.alpnProtocol === "string" ? `it chose ${socket.alpnProtocol}` : "it chose no protocol";
  return `the server does not speak HTTP/2: offered \`h2\` in ALPN, ${chosen}`;
}

function connectError(error: Error, where: string, isHandshake: boolean): Error {
  const text = describeSocketError(error);
  const code = "code" in error ? error.code : undefined;
  if (!isHandshake) {
    const what = text.startsWith("connect ") ? text.replace(/ \0.*$/, ` ${where}`) : `connect to ${where}: ${text}`;
    const hint = HINTS[String(code)];
    return new Error(hint === undefined ? what : `${what}: ${hint}`, { cause: error });
  }
  const isCut = code === "ECONNRESET" || code === "EPIPE";
  const cut = "the connection was closed during the handshake; does the server speak TLS there?";
  return new Error(`TLS with ${where}: ${isCut ? cut : text}`, { cause: error });
}
