import { checkNumber, checkOptionKeys, misuse } from "../core/index.ts";
import type { TlsIdentity, TlsIdentitySource } from "./tls-identity.ts";

/** How a server speaks TLS: who it is by `cert` and `key`, or by `identity`, and what it asks of clients. */
export interface ListenTlsOptions extends TlsIdentity {
  /**
   * Tells the identity of the moment, in the place of `cert`, `key` and `ca`: `certificateFiles({ … })`, or a function.
   *
   * @default none: `cert` and `key` hold for as long as the server listens
   */
  readonly identity?: TlsIdentitySource | undefined;
  /**
   * Other identities, for clients that ask for these names (RFC 6066 §3): `api.example.com`, or `*.example.com` for all
   * names with one label more. Where they have no `ca`, that of the main identity holds for them.
   *
   * @default none
   */
  readonly serverNames?: Readonly<Record<string, TlsIdentity | TlsIdentitySource>> | undefined;
  /**
   * Whether clients are asked for a certificate. One that `ca` has not signed, or that is out of date, ends the
   * connection in either case; with "request", a client without any is served, and has no `call.peer.identity`.
   *
   * @default "none"
   */
  readonly clientCertificates?: "none" | "request" | "require" | undefined;
  /**
   * Milliseconds that a client has for its handshake.
   *
   * @default 20000
   */
  readonly handshakeTimeoutMs?: number | undefined;
}

const IDENTITY_KEYS = { ca: 0, cert: 0, key: 0, passphrase: 0 } satisfies Record<keyof TlsIdentity, 0>;
const KEYS: ReadonlySet<string> = new Set(
  Object.keys({
    ...IDENTITY_KEYS,
    identity: 0,
    serverNames: 0,
    clientCertificates: 0,
    handshakeTimeoutMs: 0,
  } satisfies Record<keyof ListenTlsOptions, 0>),
);

/**
 * Checks what a server is to do with TLS.
 *
 * @throws TypeError GANNET_UNKNOWN_OPTION for a key that is none
 * @throws TypeError GANNET_INVALID_OPTION for options that contradict each other
 */
export function checkTlsOptions(options: ListenTlsOptions): void {
  checkOptionKeys(options, KEYS, "tls");
  checkNumber("handshakeTimeoutMs", options.handshakeTimeoutMs, 1);
  const { ca, cert, key, identity, clientCertificates } = options;
  if (clientCertificates !== undefined && !["none", "request", "require"].includes(clientCertificates)) {
    throw invalid(`clientCertificates is "none", "request" or "require", not ${JSON.stringify(clientCertificates)}`);
  }
  if (identity !== undefined) {
    if (ca !== undefined || cert !== undefined || key !== undefined) {
      throw invalid("identity takes the place of cert, key and ca: give it, or them");
    }
    return;
  }
  if (cert === undefined && key === undefined) {
    throw invalid("a server needs cert and key, or identity: certificateFiles({ … })");
  }
  if (ca !== undefined && clientCertificates === undefined) {
    throw invalid('ca is about certificates of clients: say clientCertificates: "require" (or "request", or "none")');
  }
}

function invalid(what: string): TypeError {
  return misuse(TypeError, "GANNET_INVALID_OPTION", `tls: ${what}`);
}
