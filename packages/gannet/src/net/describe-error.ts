/** Node's codes for what goes wrong with TLS, in words that say what to do. */
const MEANINGS: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER:
    "the server answers in plaintext: it does not speak TLS there (http:// or insecure() would fit)",
  ERR_SSL_PACKET_LENGTH_TOO_LONG:
    "the server answers in plaintext: it does not speak TLS there (http:// or insecure() would fit)",
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: "the server does not speak HTTP/2: it refused `h2` in ALPN",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "the server asks for a client certificate: give tls() a cert and key",
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
    "the server refused the TLS handshake, perhaps for want of a client certificate",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "the peer does not know the CA of our certificate",
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: "the peer refused our certificate",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "the peer speaks no version of TLS that we do (1.2 or 1.3)",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is self-signed: give tls() its CA as ca",
  SELF_SIGNED_CERT_IN_CHAIN: "the certificate's CA is not known: give it to tls() as ca",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the certificate's CA is not known: give it to tls() as ca",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the certificate's CA is not known: give it to tls() as ca",
};

/** What went wrong with a socket, for people. */
export function describeSocketError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node joins the attempts on several addresses of a name into one error without a text.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(describeSocketError).join("; ");
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const meaning = MEANINGS[code];
  if (meaning !== undefined) return meaning;
  // OpenSSL's own texts carry thread numbers and source files.
  if (code.startsWith("ERR_SSL_"))
    return `TLS failed: ${code.slice("ERR_SSL_".length).toLowerCase().replaceAll("_", " ")}`;
  return error.message === "" ? code : error.message;
}
