import { rm } from "node:fs/promises";
import { connect, createServer, type ListenOptions as NodeListenOptions, type Server } from "node:net";
import { describeSocketError } from "./describe-error.ts";
import type { ListenTlsOptions } from "./listen-tls-options.ts";
import {
  formatHostPort,
  formatSocketAddress,
  parseSocketAddress,
  type SocketAddress,
  unixPathOf,
} from "./socket-address.ts";
import { SocketPipe } from "./socket-pipe.ts";
import { TlsAcceptor } from "./tls-acceptor.ts";
import type { IdentityListener } from "./tls-context-reader.ts";

/** Why it is not possible to listen, by Node's codes. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "something else listens there",
  EACCES: "not permitted; ports below 1024 mostly take rights",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "no such host",
};

/** How to listen. */
export interface ListenOptions {
  /** Speaks TLS; plaintext where undefined. */
  readonly tls?: ListenTlsOptions | undefined;
  readonly identityListener?: IdentityListener | undefined;
  /** How many TLS handshakes may be under way; no limit where undefined. */
  readonly maxHandshakes?: number | undefined;
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
 * @throws TypeError for an address, certificate or key that cannot be read, or TLS options that contradict each other
 * @throws Error that says what failed and where, `listen EADDRINUSE 127.0.0.1:50051`, with Node's code as its `code`
 */
export async function listenSocket(text: string, options: ListenOptions): Promise<SocketListener> {
  const address = parseSocketAddress(text);
  const acceptor = options.tls === undefined ? undefined : await TlsAcceptor.create(options.tls, options);
  const server = createServer({ noDelay: true }, (socket) => {
    if (acceptor === undefined) options.onConnection(new SocketPipe(socket));
    else acceptor.accept(socket);
  });
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
        acceptor?.close();
      }),
  };
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
  if (address.kind === "unix") return { path: unixPathOf(address) };
  return address.host === "" ? { port: address.port } : { host: address.host, port: address.port };
}

function listenError(error: unknown, address: SocketAddress): Error {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "") return new Error(describeSocketError(error), { cause: error });
  // Node says of a folder that is not there what it says of one that may not be written to.
  const why =
    code === "EACCES" && address.kind === "unix" ? "its folder is not there, or must not be written to" : REASONS[code];
  const text = `listen ${code} ${formatSocketAddress(address)}${why === undefined ? "" : `: ${why}`}`;
  return Object.assign(new Error(text, { cause: error }), { code });
}

/** Removes a unix socket that a server which is gone has left behind. */
async function removeStaleSocket(address: SocketAddress, error: unknown): Promise<boolean> {
  const isInUse = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  if (address.kind !== "unix" || !isInUse || address.path.startsWith("\0")) return false;
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
