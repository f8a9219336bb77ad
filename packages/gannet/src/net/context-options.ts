import { constants } from "node:crypto";
import type { SecureContextOptions } from "node:tls";
import { pemTexts, type TlsIdentity } from "./tls-identity.ts";

/** Those of TLS 1.3, and of 1.2 those that RFC 9113, Appendix A does not forbid: forward secrecy, and no CBC. */
const CIPHERS = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");

/** What both sides hold to, whoever they are (RFC 9113 §9.2). */
const TLS_RULES: SecureContextOptions = {
  minVersion: "TLSv1.2",
  ciphers: CIPHERS,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
};

/** What Node is to make a context of. */
export function contextOptions({ ca, cert, key, passphrase }: TlsIdentity): SecureContextOptions {
  return {
    ...TLS_RULES,
    ca: ca === undefined ? undefined : pemTexts(ca),
    // Node takes a list for several certificates, each with a key of its own: ours is one chain.
    cert: cert === undefined ? undefined : pemTexts(cert).join("\n"),
    key: key === undefined ? undefined : pemTexts(key)[0],
    passphrase,
  };
}
