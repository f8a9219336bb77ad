/** Makes what the server and the client need, in place of your CA and your identity provider. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCertificate } from "gannet/testing";
import { exportJWK, generateKeyPair } from "jose";

const folder = process.env["AUTH_FOLDER"] ?? "auth-jwt-files";
mkdirSync(folder, { recursive: true, mode: 0o700 });
const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });

const ca = createCertificate(["Example CA"]);
const { cert, key } = createCertificate(["localhost"], { signedBy: ca });
write("ca.crt", ca.cert);
write("server.crt", cert);
write("server.key", key);

const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
const kid = "reporting-1";
write("reporting.jwk", JSON.stringify({ ...(await exportJWK(privateKey)), kid }));
write("trusted.jwks", JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: "ES256" }] }));
console.log(`wrote ${folder}`);
