import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { misuse } from "../core/index.ts";
import { contextOptions } from "./context-options.ts";
import { pemTexts, type TlsIdentity } from "./tls-identity.ts";

/** Certificates and keys as Node has read them. */
export interface TlsContext {
  /** What they were read from. */
  readonly identity: TlsIdentity;
  /** Node's `SecureContext`. */
  readonly context: unknown;
  /** Of our own certificate; undefined without one. */
  readonly subject: string | undefined;
  readonly validTo: Date | undefined;
}

/** The only protocol that gRPC speaks over TLS. */
export const ALPN_PROTOCOL = "h2";

/**
 * Reads certificates and keys once for all connections.
 *
 * @throws TypeError GANNET_INVALID_OPTION that says which of them cannot be read, or that they do not go together
 */
export function createTlsContext(identity: TlsIdentity): TlsContext {
  const { cert, key } = identity;
  if ((cert === undefined) !== (key === undefined)) {
    throw invalid(`cert and key go together: ${cert === undefined ? "cert" : "key"} is missing`);
  }
  checkForms(identity);
  const certificate = cert === undefined ? undefined : readPair(identity);
  // Node passes over a CA that is none, and refuses every peer later.
  if (identity.ca !== undefined) readCertificates("ca", pemTexts(identity.ca));
  return {
    identity,
    context: createContext(identity),
    subject: certificate && subjectOf(certificate),
    validTo: certificate && new Date(certificate.validTo),
  };
}

function createContext(identity: TlsIdentity): unknown {
  try {
    return createSecureContext(contextOptions(identity));
  } catch (error) {
    throw invalid(`ca, cert or key is not right: ${messageOf(error)}`, error);
  }
}

function checkForms(identity: TlsIdentity): void {
  for (const name of ["ca", "cert", "key"] as const) {
    const value: unknown = identity[name];
    const isPem = (one: unknown) => typeof one === "string" || one instanceof Uint8Array;
    if (value === undefined || isPem(value)) continue;
    if (name !== "key" && Array.isArray(value) && value.every(isPem)) continue;
    throw invalid(`${name} is text in PEM, or the bytes of it, not ${value === null ? "null" : typeof value}`);
  }
}

/** Our own certificate, which has to be that of the key. */
function readPair({ cert, key, passphrase }: TlsIdentity): X509Certificate {
  const chain = readCertificates("cert", pemTexts(cert));
  const privateKey = readKey(pemTexts(key)[0] ?? "", passphrase);
  const [first] = chain;
  if (first?.checkPrivateKey(privateKey) === true) return first;
  if (chain.some((one) => one.checkPrivateKey(privateKey))) {
    throw invalid("the certificate of key is not the first in cert: those that signed it stand behind it");
  }
  throw invalid(`cert and key do not belong together: cert (${subjectOf(first)}) was made for another key`);
}

const CERTIFICATE = /-----BEGIN (?:X509 )?CERTIFICATE-----[^-]*-----END (?:X509 )?CERTIFICATE-----/g;

function readCertificates(name: "ca" | "cert", texts: readonly string[]): X509Certificate[] {
  const blocks = texts.flatMap((text) => text.match(CERTIFICATE) ?? []);
  if (blocks.length === 0) {
    const isKey = texts.some((text) => text.includes("PRIVATE KEY-----"));
    const isPath = texts.some((text) => text.length < 1024 && !text.includes("-----BEGIN") && /[./\\]/.test(text));
    throw invalid(
      isKey
        ? `${name} is a private key, and no certificate: are cert and key the wrong way round?`
        : `${name} has no certificate in PEM (-----BEGIN CERTIFICATE-----)${isPath ? ": it takes text, certificateFiles() takes paths" : ""}`,
    );
  }
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      const which = blocks.length === 1 ? "" : `certificate ${index + 1} of ${blocks.length}: `;
      throw invalid(`${name} cannot be read: ${which}${messageOf(error)}`, error);
    }
  });
}

function readKey(key: string, passphrase: string | undefined): KeyObject {
  if (!key.includes("PRIVATE KEY-----")) {
    const isCertificate = key.includes("-----BEGIN CERTIFICATE-----");
    throw invalid(
      isCertificate
        ? "key is a certificate, and no private key: are cert and key the wrong way round?"
        : "key has no private key in PEM (-----BEGIN PRIVATE KEY-----)",
    );
  }
  try {
    return createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    const isEncrypted = key.includes("ENCRYPTED");
    const why = !isEncrypted
      ? messageOf(error)
      : passphrase === undefined
        ? "it is encrypted: give passphrase"
        : "is passphrase right?";
    throw invalid(`key cannot be read: ${why}`, error);
  }
}

/** Who a certificate is of, in one line. */
function subjectOf(certificate: X509Certificate | undefined): string {
  return (certificate?.subject ?? "").replaceAll("\n", ", ") || "without a subject";
}

function invalid(what: string, cause?: unknown): TypeError {
  const error = misuse(TypeError, "GANNET_INVALID_OPTION", `tls: ${what}`);
  if (cause !== undefined) error.cause = cause;
  return error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
