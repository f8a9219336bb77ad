/** Makes certificates for the server, and for clients in three roles, in place of your CA. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCertificate } from "gannet/testing";

const folder = process.env["AUTH_FOLDER"] ?? "authorization-files";
mkdirSync(folder, { recursive: true, mode: 0o700 });
const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });

const ca = createCertificate(["Example CA"]);
write("ca.crt", ca.cert);
for (const [commonName, name] of [
  ["server", "localhost"],
  ["teller", "spiffe://example.org/teller"],
  ["auditor", "spiffe://example.org/auditor"],
  ["visitor", "spiffe://example.org/visitor"],
] as const) {
  const { cert, key } = createCertificate([name], { signedBy: ca, commonName });
  write(`${commonName}.crt`, cert);
  write(`${commonName}.key`, key);
}
console.log(`wrote ${folder}`);
