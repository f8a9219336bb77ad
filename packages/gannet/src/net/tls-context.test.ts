import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { test } from "node:test";
import { createCertificate } from "../testing/index.ts";
import { createTlsContext } from "./tls-context.ts";
import type { TlsIdentity } from "./tls-identity.ts";

const ca = createCertificate(["the CA"]);
const { cert, key } = createCertificate(["localhost"], { signedBy: ca });

test("certificates and keys are taken as text, as bytes, and in lists", () => {
  createTlsContext({ ca: ca.cert, cert, key });
  createTlsContext({ ca: [Buffer.from(ca.cert), cert], cert: [cert, ca.cert], key: new TextEncoder().encode(key) });
  createTlsContext({ ca: `${ca.cert}\n${cert}` });
  assert.equal(createTlsContext({ cert: cert + ca.cert, key }).subject, "CN=localhost");
});

test("what is wrong with a certificate or key is said, and which it is", () => {
  const broken = cert.replace(/\n[^-\n]+\n/, "\nAAAA\n");
  const encrypted = createPrivateKey(key)
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open" })
    .toString();
  const cases: readonly (readonly [identity: object, message: RegExp])[] = [
    [{ cert }, /^tls: cert and key go together: key is missing$/],
    [{ key }, /^tls: cert and key go together: cert is missing$/],
    [{ cert: key, key: cert }, /^tls: cert is a private key.*the wrong way round/],
    [{ cert, key: cert }, /^tls: key is a certificate.*the wrong way round/],
    [{ cert: "/etc/tls/tls.crt", key }, /^tls: cert has no certificate in PEM.*certificateFiles\(\) takes paths/],
    [{ cert, key: "nonsense" }, /^tls: key has no private key in PEM/],
    [{ cert: broken, key }, /^tls: cert cannot be read/],
    [{ cert, key: ca.key }, /^tls: cert and key do not belong together: cert \(CN=localhost\)/],
    [{ cert: ca.cert + cert, key }, /^tls: the certificate of key is not the first in cert/],
    [{ cert, key: encrypted }, /^tls: key cannot be read: it is encrypted: give passphrase/],
    [{ cert, key: encrypted, passphrase: "shut" }, /^tls: key cannot be read: is passphrase right\?/],
    [{ ca: "nonsense" }, /^tls: ca has no certificate in PEM/],
    [{ ca: [ca.cert, broken] }, /^tls: ca cannot be read: certificate 2 of 2/],
    [{ ca: 7 }, /^tls: ca is text in PEM, or the bytes of it, not number/],
  ];
  for (const [identity, message] of cases) {
    assert.throws(() => createTlsContext(identity as TlsIdentity), { code: "GANNET_INVALID_OPTION", message });
  }
  createTlsContext({ cert, key: encrypted, passphrase: "open" });
});
