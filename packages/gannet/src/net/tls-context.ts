import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { misuse } from "../core/index.ts";

/** Certificates and keys, in PEM. */
export interface TlsIdentity {
  /** Who may have signed the peer's certificate; undefined for the CAs that Node knows. */
  readonly ca?: string | undefined;
  /** Our own certificate, with those between it and its CA behind it. */
  readonly cert?: string | undefined;
  /** The key of `cert`. */
  readonly key?: string | undefined;
}

/** Certificates and keys as Node has read them: its `SecureContext`. */
export interface TlsContext {
  readonly context: unknown;
}

/** The only protocol that gRPC speaks over TLS. */
export const ALPN_PROTOCOL = "h2";
export const MIN_TLS_VERSION = "TLSv1.2";

/**
 * Reads certificates and keys once for all connections.
 *
 * @throws TypeError GANNET_INVALID_OPTION where one cannot be read, or they do not go together
 */
export function createTlsContext({ ca, cert, key }: TlsIdentity): TlsContext {
  if ((cert === undefined) !== (key === undefined)) {
    throw misuse(TypeError, "GANNET_INVALID_OPTION", "cert and key go together: one of them is missing");
  }
  try {
    // Node passes over a CA that is none, and refuses every peer later.
    if (ca !== undefined) new X509Certificate(ca);
    return createSecureContext({ ca, cert, key, minVersion: MIN_TLS_VERSION });
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const problem = misuse(TypeError, "GANNET_INVALID_OPTION", `ca, cert or key is not right: ${what}`);
    problem.cause = error;
    throw problem;
  }
}
