import type { TLSSocket } from "node:tls";

const PLAINTEXT = "the server answers in plaintext: it does not speak TLS there (http:// or insecure() would fit)";
const UNKNOWN_CA = "its CA is not known: give that as ca";

/** Why a certificate is not trusted, by OpenSSL's names, in words that say what to do. */
const UNTRUSTED: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is self-signed: give it as ca, if it is the right one",
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_CA,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `${UNKNOWN_CA}, or a certificate between it and its CA was not sent along`,
  CERT_UNTRUSTED: UNKNOWN_CA,
  CERT_HAS_EXPIRED: "it, or one that it rests on, has expired",
  CERT_NOT_YET_VALID: "it, or one that it rests on, is not valid yet: is the clock right on both sides?",
  CERT_SIGNATURE_FAILURE: "its signature is not that of its CA",
  CERT_REVOKED: "it was revoked",
  CERT_CHAIN_TOO_LONG: "there are too many certificates between it and its CA",
  INVALID_CA: "one that signed it may not sign others",
  INVALID_PURPOSE:
    "it was made for another purpose: is it a server's certificate on a server, and a client's on a client?",
  HOSTNAME_MISMATCH: "it is for another name",
};

/** Node's codes for what goes wrong with TLS, in words that say what to do. */
const MEANINGS: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: PLAINTEXT,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: PLAINTEXT,
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: "the server does not speak HTTP/2: it refused `h2` in ALPN",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "the server asks for a client certificate: give tls() a cert and key",
  // Servers of gannet's send it where they listen in plaintext.
  ERR_SSL_SSLV3_ALERT_UNEXPECTED_MESSAGE: PLAINTEXT,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
    "the server refused the TLS handshake, perhaps for want of a client certificate",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "the peer does not know the CA of our certificate",
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: "the peer refused our certificate",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: "the peer refused our certificate",
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: "the peer does not take certificates such as ours",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: "the peer refused our certificate: it has expired",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: "the peer refused our certificate: it was revoked",
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: "the peer knows our certificate, and refused it",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "the peer speaks no version of TLS that we do (1.2 or 1.3)",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "the peer speaks no version of TLS that we do (1.2 or 1.3)",
  ERR_SSL_NO_SHARED_CIPHER: "the peer knows none of the ciphers that HTTP/2 allows (RFC 9113, Appendix A)",
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: "the server knows no such name: is serverName right?",
};

/** What went wrong with a socket, for people. */
export function describeSocketError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node joins the attempts on several addresses of a name into one error without a text.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(describeSocketError).join("; ");
  const code = codeOf(error);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return describeWrongName(error);
  const meaning = MEANINGS[code];
  if (meaning !== undefined) return meaning;
  if (UNTRUSTED[code] !== undefined) return `the server's certificate is not trusted: ${UNTRUSTED[code]}`;
  // OpenSSL's own texts carry thread numbers and source files.
  if (code.startsWith("ERR_SSL_")) return `TLS failed: ${wordsOf(code.slice("ERR_SSL_".length))}`;
  return error.message === "" ? code : error.message;
}

/** Why a server did not get through the handshake with a client. */
export function describeClientHandshake(error: Error, socket: TLSSocket): string {
  const code = codeOf(error);
  if (code === "ERR_SSL_HTTP_REQUEST" || code === "ERR_SSL_WRONG_VERSION_NUMBER") return "the client sent plaintext";
  if (code === "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE") {
    return 'the client has no certificate, which clientCertificates: "require" asks for';
  }
  if (code === "ERR_TLS_HANDSHAKE_TIMEOUT") return "the client took too long";
  // Node ends such a connection by itself, and calls it a reset.
  if (code === "ECONNRESET" && socket.authorizationError) return describeUntrusted(socket.authorizationError);
  if (code === "ECONNRESET") {
    return "the client closed the connection; many do so where they do not trust the server's certificate, or its name";
  }
  return describeSocketError(error).replaceAll("the peer", "the client");
}

/** Why a client's certificate is not trusted. */
export function describeUntrusted(reason: unknown): string {
  const code = reason instanceof Error ? codeOf(reason) || reason.message : String(reason);
  return `the client's certificate is not trusted: ${UNTRUSTED[code] ?? wordsOf(code)}`;
}

/** Node's error of a certificate that is for other names. They come from the server. */
function describeWrongName(error: Error): string {
  const { host, cert } = error as { readonly host?: unknown; readonly cert?: { readonly subjectaltname?: unknown } };
  const names = String(cert?.subjectaltname ?? "no name at all").replace(/[^\x20-\x7e]/g, "?");
  const few = names.length > 200 ? `${names.slice(0, 200)}…` : names;
  return `the server's certificate is for ${few}, and not for ${String(host)}: is it the right server, and serverName right?`;
}

function codeOf(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  // OpenSSL renamed the alerts that are as old as SSL 3.
  return code.replace("ERR_SSL_SSL/TLS_ALERT_", "ERR_SSL_SSLV3_ALERT_");
}

function wordsOf(code: string): string {
  return code.toLowerCase().replaceAll("_", " ");
}
