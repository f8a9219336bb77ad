import type { X509Certificate } from "node:crypto";
import { TLSSocket } from "node:tls";
import type { Peer, PeerIdentity, TlsSession } from "../core/index.ts";
import type { DuplexStream } from "./duplex-stream.ts";
import { readPeerIdentity } from "./peer-identity.ts";

/** Who is at the other end of a socket. Few ask for more than the address: the rest is read when it is asked for. */
export class SocketPeer implements Peer {
  readonly address: string;
  readonly #socket: DuplexStream;
  #certificate: X509Certificate | undefined;
  #identity: PeerIdentity | undefined;
  #session: TlsSession | undefined;

  constructor(address: string, socket: DuplexStream) {
    this.address = address;
    this.#socket = socket;
  }

  get certificate(): X509Certificate | undefined {
    const socket = this.#socket;
    // `authorized` is what was verified in the handshake; the certificate alone proves nothing.
    if (this.#certificate === undefined && socket instanceof TLSSocket && socket.authorized) {
      this.#certificate = socket.getPeerX509Certificate();
    }
    return this.#certificate;
  }

  get identity(): PeerIdentity | undefined {
    const { certificate } = this;
    if (certificate !== undefined) this.#identity ??= readPeerIdentity(certificate);
    return this.#identity;
  }

  get tls(): TlsSession | undefined {
    const socket = this.#socket;
    if (this.#session === undefined && socket instanceof TLSSocket) this.#session = readTlsSession(socket);
    return this.#session;
  }
}

/** How a socket is encrypted. */
export function readTlsSession(socket: TLSSocket): TlsSession {
  return { protocol: socket.getProtocol() ?? "", cipher: socket.getCipher()?.standardName ?? "" };
}
