import { readFile } from "node:fs/promises";
import { checkOptions, misuse, numberFrom, type OptionChecks, text } from "../core/index.ts";
import type { TlsIdentity, TlsIdentityProvider } from "./tls-identity.ts";

const REFRESH_MS = 1_000;

/** Where an identity lies. */
export interface CertificateFilesOptions {
  /** The path of our own certificate, with those between it and its CA behind it. */
  readonly cert?: string | undefined;
  /** The path of the key of `cert`. */
  readonly key?: string | undefined;
  /** The path of those who may have signed the peer's certificate. */
  readonly ca?: string | undefined;
  /** What the key is encrypted with. */
  readonly passphrase?: string | undefined;
  /**
   * Milliseconds that pass at least before the files are read again; they are, once a connection is made behind that.
   *
   * @default 1000
   */
  readonly refreshMs?: number | undefined;
}

const CHECKS: OptionChecks<CertificateFilesOptions> = {
  cert: text,
  key: text,
  ca: text,
  passphrase: text,
  refreshMs: numberFrom(0),
};

/**
 * An identity in files that change, as Kubernetes, cert-manager and certbot write them: new connections have what lies
 * there. Nothing is watched, so nothing has to be closed: the files are read when a connection is made, if the last time
 * is long enough ago. Files that do not go together, as in the middle of a change, leave the identity as it was.
 *
 * @throws TypeError with a code, for options that cannot be used
 */
export function certificateFiles(options: CertificateFilesOptions): TlsIdentityProvider {
  checkOptions(options, CHECKS, "certificateFiles");
  const { cert, key, ca, passphrase, refreshMs = REFRESH_MS } = options;
  const paths = [cert, key, ca].filter((path) => path !== undefined);
  if (paths.length === 0) {
    throw misuse(TypeError, "GANNET_INVALID_OPTION", "certificateFiles takes the paths of cert and key, or of ca");
  }
  let last: Promise<TlsIdentity> | TlsIdentity | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  const read = async (): Promise<TlsIdentity> => {
    const [certText, keyText, caText] = await Promise.all([
      readText("cert", cert),
      readText("key", key),
      readText("ca", ca),
    ]);
    const identity = { cert: certText, key: keyText, ca: caText, passphrase };
    // A promise costs those who connect a turn, and is needed only the first time.
    last = identity;
    return identity;
  };
  return {
    name: paths.join(", "),
    current() {
      const now = performance.now();
      if (last === undefined || now - lastAt >= refreshMs) {
        lastAt = now;
        last = read();
      }
      return last;
    },
  };
}

/** @throws Error that names the option, and the path */
async function readText(option: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, "latin1");
  } catch (error) {
    // Node's text has the path.
    throw new Error(`${option} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
