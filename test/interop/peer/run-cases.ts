import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { peerCases } from "./peer-cases.ts";
import type { PeerClient } from "./peer-client.ts";

/** Where a client program finds its server. */
export interface ServerPlace {
  /** `host:port`. */
  readonly address: string;
  /** The certificate to trust, in PEM; undefined for plaintext. */
  readonly ca: string | undefined;
}

/** What every client program does: `--address HOST:PORT [--ca FILE]`, and a line of JSON for each case. */
export async function runCases(connect: (place: ServerPlace) => PeerClient): Promise<void> {
  const { values } = parseArgs({ options: { address: { type: "string" }, ca: { type: "string" } } });
  const { address, ca } = values;
  if (address === undefined) throw new TypeError("--address HOST:PORT is missing");
  const client = connect({ address, ca: ca === undefined ? undefined : readFileSync(ca, "utf8") });
  for (const { name, run } of peerCases) {
    const got = await run(client).catch((error: unknown) => `failed: ${error instanceof Error ? error.stack : error}`);
    console.log(JSON.stringify({ name, got }));
  }
  await client.close();
}
