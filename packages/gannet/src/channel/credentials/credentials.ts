import { checkOptionKeys } from "../../core/index.ts";
import { createTlsContext, type TlsContext, type TlsIdentity } from "../../net/index.ts";

/** Whether and how a channel encrypts. Made by `insecure` or `tls`. */
export interface Credentials {
  readonly kind: "insecure" | "tls";
}

/** How a channel speaks TLS. */
export interface TlsOptions extends TlsIdentity {
  /**
   * The name that the server's certificate must have, and that is asked for (RFC 6066 §3).
   *
   * @default the host of the target
   */
  readonly serverName?: string | undefined;
}

const TLS_KEYS: ReadonlySet<string> = new Set(
  Object.keys({ ca: 0, cert: 0, key: 0, serverName: 0 } satisfies Record<keyof TlsOptions, 0>),
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
  return new TlsCredentials(createTlsContext(options), options.serverName);
}

class InsecureCredentials implements Credentials {
  readonly kind = "insecure";
}

/** What `tls` makes. Its certificates are read once, for all connections. */
export class TlsCredentials implements Credentials {
  readonly kind = "tls";
  readonly context: TlsContext;
  readonly serverName: string | undefined;

  constructor(context: TlsContext, serverName: string | undefined) {
    this.context = context;
    this.serverName = serverName;
  }
}
