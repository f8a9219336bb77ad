import type { TlsSession } from "./tls-facts.ts";

/** Where a call comes from. */
export interface Peer {
  /** `host:port`, `unix:path`, or `in-memory`. */
  readonly address: string;
  /**
   * Who the client is, by a certificate that was verified: signed by one of the server's `ca`, in date, and the client
   * has its key. Undefined in every other case, and never what a client merely says. Read when it is asked for first.
   */
  readonly identity?: PeerIdentity | undefined;
  /** How the connection is encrypted; undefined where it is not, or where what carries it does not tell. */
  readonly tls?: TlsSession | undefined;
  /** The certificate of `identity`, a `node:crypto` X509Certificate. */
  readonly certificate?: unknown;
}

/** Who somebody is, by a certificate that was verified. */
export interface PeerIdentity {
  /** The common name of the subject; undefined where it has none, or several. */
  readonly commonName: string | undefined;
  /** All of the subject in one line, such as `O=Example, CN=orders`. For people: what is in it is not escaped. */
  readonly subject: string;
  /** As `subject`, of who signed it. */
  readonly issuer: string;
  /** The host names among its alternative names (RFC 5280 §4.2.1.6). */
  readonly dnsNames: readonly string[];
  /** The URIs among them, such as a SPIFFE id: `spiffe://example.org/orders`. */
  readonly uris: readonly string[];
  /** The e-mail addresses among them. */
  readonly emails: readonly string[];
  /** The IP addresses among them; those of IPv6 are not shortened. */
  readonly ipAddresses: readonly string[];
  /** The SHA-256 of the certificate in DER, as 64 hexadecimal digits. */
  readonly fingerprint: string;
  readonly validFrom: Date;
  readonly validTo: Date;
}
