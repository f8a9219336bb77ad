import type { Socket } from "node:net";
import { createServer, type SecureContext, type Server, type TLSSocket } from "node:tls";
import { misuse } from "../core/index.ts";
import { contextOptions } from "./context-options.ts";
import { describeClientHandshake, describeUntrusted } from "./describe-error.ts";
import { checkTlsOptions, type ListenTlsOptions } from "./listen-tls-options.ts";
import { formatHostPort } from "./socket-address.ts";
import { SocketPipe } from "./socket-pipe.ts";
import { ALPN_PROTOCOL, createTlsContext, type TlsContext } from "./tls-context.ts";
import { type IdentityListener, TlsContextReader } from "./tls-context-reader.ts";
import type { TlsIdentity } from "./tls-identity.ts";

/** A client that has not finished its TLS handshake by then is let go. */
const HANDSHAKE_MS = 20_000;

/** What an acceptor tells. */
export interface TlsAcceptorListener {
  readonly identityListener?: IdentityListener | undefined;
  /** How many handshakes may be under way; no limit where undefined. */
  readonly maxHandshakes?: number | undefined;
  onConnection(pipe: SocketPipe): void;
  onProblem?(message: string, peer: string): void;
}

/**
 * Makes encrypted connections of sockets. Node's own server for TLS does the handshakes, but does not listen: each socket
 * is given to it with the identity of that moment.
 */
export class TlsAcceptor {
  readonly #options: ListenTlsOptions;
  readonly #listener: TlsAcceptorListener;
  readonly #identity: TlsContextReader;
  readonly #names = new Map<string, TlsContextReader>();
  readonly #handshaking = new Set<Socket>();
  #applied: TlsContext;
  readonly #server: Server;

  /** @throws TypeError with a code, or what a source threw, where there is no identity to start with */
  static async create(options: ListenTlsOptions, listener: TlsAcceptorListener): Promise<TlsAcceptor> {
    checkTlsOptions(options);
    const create = (identity: TlsIdentity) => createServerContext(identity, options);
    const { ca, cert, key, passphrase } = options;
    const reader = new TlsContextReader(
      options.identity ?? create({ ca, cert, key, passphrase }),
      listener.identityListener,
      create,
    );
    return new TlsAcceptor(options, listener, reader, await reader.current()).#withNames();
  }

  private constructor(
    options: ListenTlsOptions,
    listener: TlsAcceptorListener,
    identity: TlsContextReader,
    first: TlsContext,
  ) {
    this.#options = options;
    this.#listener = listener;
    this.#identity = identity;
    this.#applied = first;
    this.#server = this.#createServer(first);
  }

  /** The identities of other names are read now as well, so that what is wrong with them is told at the start. */
  async #withNames(): Promise<this> {
    for (const [name, given] of Object.entries(this.#options.serverNames ?? {})) {
      const create = (identity: TlsIdentity) => {
        return createServerContext({ ...identity, ca: identity.ca ?? this.#applied.identity.ca }, this.#options);
      };
      const isSource = typeof given === "function" || "current" in given;
      const reader = new TlsContextReader(isSource ? given : () => given, this.#listener.identityListener, create);
      try {
        await reader.current();
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error);
        throw misuse(TypeError, "GANNET_INVALID_OPTION", `serverNames[${JSON.stringify(name)}]: ${what}`);
      }
      this.#names.set(name.toLowerCase(), reader);
    }
    return this;
  }

  #createServer(first: TlsContext): Server {
    const { clientCertificates = "none" } = this.#options;
    const server = createServer({
      ...contextOptions(first.identity),
      ALPNProtocols: [ALPN_PROTOCOL],
      handshakeTimeout: this.#options.handshakeTimeoutMs ?? HANDSHAKE_MS,
      requestCert: clientCertificates !== "none",
      rejectUnauthorized: clientCertificates === "require",
      noDelay: true,
      SNICallback: (name, done) => this.#findName(name, done),
    });
    server.on("secureConnection", (socket: TLSSocket) => {
      this.#forget(socket);
      const problem = this.#problemOf(socket);
      if (problem === undefined) {
        this.#listener.onConnection(new SocketPipe(socket));
        return;
      }
      this.#listener.onProblem?.(problem, peerOf(socket));
      socket.on("error", () => {});
      socket.destroy();
    });
    server.on("tlsClientError", (error, socket) => {
      this.#listener.onProblem?.(`TLS handshake: ${describeClientHandshake(error, socket)}`, peerOf(socket));
      socket.destroy();
    });
    return server;
  }

  #problemOf(socket: TLSSocket): string | undefined {
    if (socket.alpnProtocol !== ALPN_PROTOCOL) return "a client spoke TLS, but did not offer HTTP/2 in ALPN";
    // Asked for, but not required: Node lets it pass, whatever it is.
    const isUntrusted =
      this.#options.clientCertificates === "request" &&
      !socket.authorized &&
      socket.getPeerX509Certificate() !== undefined;
    return isUntrusted ? `TLS handshake: ${describeUntrusted(socket.authorizationError)}` : undefined;
  }

  /** Takes a socket, on which nothing was read. */
  accept(socket: Socket): void {
    if (this.#handshaking.size >= (this.#listener.maxHandshakes ?? Number.POSITIVE_INFINITY)) {
      this.#listener.onProblem?.("TLS handshake: too many are under way", peerOf(socket));
      socket.destroy();
      return;
    }
    this.#handshaking.add(socket);
    peerOf(socket);
    socket.once("close", () => this.#handshaking.delete(socket));
    // There was one to start with: a source that fails leaves it as it is.
    const context = this.#identity.current();
    if (context instanceof Promise) this.#waitFor(context, socket);
    else this.#shakeHands(context, socket);
  }

  #waitFor(context: Promise<TlsContext>, socket: Socket): void {
    // TLS comes to listen to the socket only later.
    const onError = () => {};
    socket.on("error", onError);
    const goOn = (found: TlsContext) => {
      socket.off("error", onError);
      if (!socket.destroyed) this.#shakeHands(found, socket);
    };
    context.then(goOn, () => goOn(this.#applied));
  }

  #shakeHands(context: TlsContext, socket: Socket): void {
    if (context !== this.#applied) {
      this.#applied = context;
      this.#server.setSecureContext(contextOptions(context.identity));
      // They may have its CA.
      for (const reader of this.#names.values()) reader.renew();
    }
    this.#server.emit("connection", socket);
  }

  #findName(name: string, done: (error: Error | null, context?: SecureContext) => void): void {
    const asked = name.toLowerCase();
    const reader = this.#names.get(asked) ?? this.#names.get(asked.replace(/^[^.]*/, "*"));
    if (reader === undefined) {
      done(null);
      return;
    }
    // Node calls back once, and what is thrown here would end the process.
    Promise.resolve()
      .then(() => reader.current())
      .then(
        ({ context }) => done(null, context as SecureContext),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
  }

  /** Node does not promise to say which socket is beneath one that is encrypted. Where it does not, all are looked at. */
  #forget(socket: TLSSocket & { readonly _parent?: Socket | null }): void {
    const beneath = socket._parent;
    if (beneath !== undefined && beneath !== null && this.#handshaking.delete(beneath)) return;
    const { remoteAddress, remotePort } = socket;
    for (const raw of this.#handshaking) {
      if (raw.remotePort === remotePort && raw.remoteAddress === remoteAddress) this.#handshaking.delete(raw);
    }
  }

  /** Ends what has not become a connection. */
  close(): void {
    for (const socket of this.#handshaking) socket.destroy();
  }
}

function createServerContext(identity: TlsIdentity, { clientCertificates = "none" }: ListenTlsOptions): TlsContext {
  if (identity.cert === undefined) throw invalid("a server needs cert and key");
  // Node's own authorities sign for everybody: none of them says that a client is ours.
  if (clientCertificates !== "none" && identity.ca === undefined) {
    throw invalid(`clientCertificates: "${clientCertificates}" needs ca: who may have signed them`);
  }
  return createTlsContext(identity);
}

function invalid(what: string): TypeError {
  return misuse(TypeError, "GANNET_INVALID_OPTION", `tls: ${what}`);
}

/** The address of a client. A socket keeps it once it was asked for, where TLS over it does not when it is closed. */
function peerOf(socket: Socket & { readonly _parent?: Socket | null }): string {
  const { remoteAddress, remotePort } = socket.remoteAddress === undefined ? (socket._parent ?? socket) : socket;
  return remoteAddress === undefined ? "unix:" : formatHostPort(remoteAddress, remotePort ?? 0);
}
