import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCertificate } from "gannet/testing";
import { alternate, readRunOptions } from "../alternate.ts";
import type { LoadShape } from "../load/h2load.ts";
import { PAYLOAD_BYTES } from "../load/payload.ts";
import type { Row } from "../report/figures.ts";
import { reportRows } from "../report/save-results.ts";
import { EchoServers } from "../unary/echo-servers.ts";

const SHAPES: readonly LoadShape[] = [
  { connections: 1, inFlight: 100, payloadBytes: PAYLOAD_BYTES, scheme: "https" },
  { connections: 10, inFlight: 10, payloadBytes: PAYLOAD_BYTES, scheme: "https" },
  { connections: 1, inFlight: 1, payloadBytes: PAYLOAD_BYTES, scheme: "https" },
];

/** Measures unary calls over TLS, the servers under h2load. */
export async function runTls(args: string[]): Promise<number> {
  const options = readRunOptions(args);
  const folder = mkdtempSync(join(tmpdir(), "gannet-bench-tls-"));
  const { cert, key } = createCertificate();
  writeFileSync(join(folder, "cert.pem"), cert);
  writeFileSync(join(folder, "key.pem"), key, { mode: 0o600 });
  const commands = new Map([
    ["gannet", "echo/gannet-server"],
    ["grpc-js", "echo/grpc-js-server"],
  ]);
  const servers = await EchoServers.start(commands, ["--tls", folder]);
  const rows: Row[] = [];
  try {
    for (const [index, shape] of SHAPES.entries()) {
      const name = `server over TLS, h2load ${shape.connections}×${shape.inFlight}, ${shape.payloadBytes} B`;
      if (!options.isWanted(name)) continue;
      if (index === 0) await servers.warmUp(shape);
      const measure = (library: string) => servers.h2load(library, shape, options.seconds);
      rows.push(await alternate(name, options.rounds, servers.libraries, measure));
    }
  } finally {
    await servers.stop();
    rmSync(folder, { recursive: true });
  }
  reportRows("tls", options, rows);
  return 0;
}
