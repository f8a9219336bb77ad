import { checkOptionKeys, misuse } from "../../core/index.ts";
import {
  createTlsContext,
  type IdentityListener,
  type TlsContext,
  TlsContextReader,
  type TlsIdentity,
  type TlsIdentitySource,
} from "../../net/index.ts";

/** Whether and how a channel encrypts. Made by `insecure` or `tls`. */
export interface Credentials {
  readonly kind: "insecure" | "tls";
}

/** How a channel speaks TLS. */
export interface TlsOptions extends TlsIdentity {
  /**
   * Tells the identity of the moment, in the place of `ca`, `cert` and `key`: `certificateFiles({ … })`, or a function.
   *
   * @default none: `ca`, `cert` and `key` hold for all connections
   */
  readonly identity?: TlsIdentitySource | undefined;
  /**
   * The name that the server's certificate must have, and that is asked for (RFC 6066 §3).
   *
   * @default the host of the target
   */
  readonly serverName?: string | undefined;
}

const TLS_KEYS: ReadonlySet<string> = new Set(
  Object.keys({ ca: 0, cert: 0, key: 0, passphrase: 0, identity: 0, serverName: 0 } satisfies Record<
    keyof TlsOptions,
    0
  >),
);

/** Plaintext: what is sent can be read and changed by who is on the way. */
export function insecure(): Credentials {
  return new InsecureCredentials();
}

/**
 * TLS 1.2 or 1.3. The server has to prove who it is, and this side too where `cert` and `key` are given.
 *
 * @throws TypeError GANNET_UNKNOWN_OPTION for a key that is none
 * @throws TypeError GANNET_INVALID_OPTION for a certificate or key that cannot be read
 */
export function tls(options: TlsOptions = {}): Credentials {
  checkOptionKeys(options, TLS_KEYS, "tls");
  const { identity, serverName, ca, cert, key } = options;
  if (serverName !== undefined && (typeof serverName !== "string" || serverName === "")) {
    throw misuse(
      TypeError,
      "GANNET_INVALID_OPTION",
      `tls: serverName is a host name, not ${JSON.stringify(serverName)}`,
    );
  }
  if (identity === undefined) return new TlsCredentials(createTlsContext(options), serverName);
  if (ca !== undefined || cert !== undefined || key !== undefined) {
    throw misuse(
      TypeError,
      "GANNET_INVALID_OPTION",
      "tls: identity takes the place of cert, key and ca: give it, or them",
    );
  }
  return new TlsCredentials(identity, serverName);
}

class InsecureCredentials implements Credentials {
  readonly kind = "insecure";
}

/** What `tls` makes. Certificates that do not change are read once, for all channels. */
export class TlsCredentials implements Credentials {
  readonly kind = "tls";
  readonly serverName: string | undefined;
  readonly #identity: TlsContext | TlsIdentitySource;

  constructor(identity: TlsContext | TlsIdentitySource, serverName: string | undefined) {
    this.#identity = identity;
    this.serverName = serverName;
  }

  /** What a channel asks for the identity of each connection. */
  createReader(listener: IdentityListener): TlsContextReader {
    return new TlsContextReader(this.#identity, listener);
  }
}
