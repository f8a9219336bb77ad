import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";

const DAY_MS = 86_400_000;

/** A certificate of localhost, and of the name that gRPC's own tests use, that signs itself, in files of a folder of its own. */
export interface IdentityFiles {
  readonly cert: string;
  readonly key: string;
  remove(): void;
}

/** Makes a certificate that is good for a day. */
export async function createIdentityFiles(): Promise<IdentityFiles> {
  const { cert, private: key } = await generate([{ name: "commonName", value: "localhost" }], {
    algorithm: "sha256",
    notAfterDate: new Date(Date.now() + DAY_MS),
    extensions: [
      { name: "basicConstraints", cA: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 2, value: "foo.test.google.fr" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), "gannet-interop-"));
  const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key, { mode: 0o600 });
  return { ...files, remove: () => rmSync(folder, { recursive: true }) };
}
