import { parseArgs } from "node:util";
import { type LoadShape, runH2load, timeH2load } from "./load/h2load.ts";
import type { ClientFigures } from "./load/measure-client.ts";
import { PAYLOAD_BYTES } from "./load/payload.ts";
import { isPinned, Program } from "./program.ts";
import { compareRows } from "./report/compare-rows.ts";
import { type Figures, LIBRARIES, type Library, medianOf, type Row } from "./report/figures.ts";
import { formatRow, formatTable } from "./report/format-table.ts";
import { saveResults } from "./report/save-results.ts";

const WARM_UP_CALLS = 20_000;
const WARM_UP_SECONDS = 2;
const IN_FLIGHT = 100;

const SHAPES: readonly LoadShape[] = [
  { connections: 1, inFlight: 100, payloadBytes: PAYLOAD_BYTES },
  { connections: 10, inFlight: 10, payloadBytes: PAYLOAD_BYTES },
  { connections: 100, inFlight: 1, payloadBytes: PAYLOAD_BYTES },
  { connections: 1, inFlight: 100, payloadBytes: 1_024 },
  { connections: 1, inFlight: 1, payloadBytes: PAYLOAD_BYTES },
];

/** Measures unary calls: gannet and grpc-js alternately, server and load on a core each. */
export async function runUnary(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "2" },
      save: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  const seconds = Number(values.seconds);
  console.log(
    `Node ${process.versions.node}, ${rounds} rounds of ${seconds} s, ${isPinned ? "pinned" : "not pinned"}\n`,
  );
  const rows: Row[] = [];
  await measureServers(rounds, seconds, rows);
  await measureClients(rounds, seconds, rows);
  const comparisons = compareRows(rows);
  console.log(`\n${formatTable(comparisons)}`);
  if (values.save) saveResults("unary", { rounds, seconds, isPinned, rows, comparisons });
  return 0;
}

async function measureServers(rounds: number, seconds: number, rows: Row[]): Promise<void> {
  const servers = await startServers();
  try {
    for (const { program, port } of Object.values(servers)) {
      await runH2load(port, WARM_UP_CALLS, SHAPES[0] ?? { connections: 1, inFlight: 1, payloadBytes: 0 });
      await program.ask("cpu");
    }
    for (const shape of SHAPES) {
      const name = `server, h2load ${shape.connections}×${shape.inFlight}, ${shape.payloadBytes} B`;
      const row = await alternate(name, rounds, async (library) => {
        const { program, port } = servers[library];
        const { p50Micros, p99Micros, ...timed } = await timeH2load(port, shape);
        // About as long for each: the timed calls tell how many that are.
        const calls = Math.max(2_000, Math.round(timed.callsPerSecond * seconds));
        const before = Number(await program.ask("cpu"));
        const callsPerSecond = await runH2load(port, calls, shape);
        const cpuMicros = Number(await program.ask("cpu")) - before;
        return { callsPerSecond, cpuMicrosPerCall: cpuMicros / calls, p50Micros, p99Micros };
      });
      rows.push(row);
    }
  } finally {
    for (const { program } of Object.values(servers)) await program.stop();
  }
}

async function startServers(): Promise<Record<Library, { program: Program; port: number }>> {
  const start = async (library: Library) => {
    const program = new Program(`echo/${library}-server`, [], 0);
    return { program, port: Number(await program.readLine()) };
  };
  return { gannet: await start("gannet"), "grpc-js": await start("grpc-js") };
}

/** Both clients call one server that is never the limit. */
async function measureClients(rounds: number, seconds: number, rows: Row[]): Promise<void> {
  const server = new Program("echo/fixed-server", [], 0);
  const port = await server.readLine();
  const clients = {
    gannet: new Program("load/gannet-client", [port], 1),
    "grpc-js": new Program("load/grpc-js-client", [port], 1),
  };
  try {
    for (const inFlight of [IN_FLIGHT, 1]) {
      for (const client of Object.values(clients)) await client.ask(`${WARM_UP_SECONDS} ${inFlight}`);
      const name = `client, ${inFlight} in flight, ${PAYLOAD_BYTES} B`;
      const row = await alternate(name, rounds, async (library) => {
        const figures = JSON.parse(await clients[library].ask(`${seconds} ${inFlight}`)) as ClientFigures;
        if (figures.wrong > 0) throw new Error(`${library}: ${figures.wrong} of ${figures.calls} replies are wrong`);
        return {
          callsPerSecond: figures.calls / figures.seconds,
          cpuMicrosPerCall: figures.cpuMicros / figures.calls,
          p50Micros: figures.p50Micros,
          p99Micros: figures.p99Micros,
        };
      });
      rows.push(row);
    }
  } finally {
    for (const program of [...Object.values(clients), server]) await program.stop();
  }
}

/** Each library once a round, in turn first; the median of the rounds counts. */
async function alternate(name: string, rounds: number, measure: (library: Library) => Promise<Figures>): Promise<Row> {
  const measured: Record<Library, Figures[]> = { gannet: [], "grpc-js": [] };
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? LIBRARIES : LIBRARIES.toReversed();
    for (const library of order) measured[library].push(await measure(library));
  }
  const row: Row = {
    name,
    figures: { gannet: medianOf(measured.gannet), "grpc-js": medianOf(measured["grpc-js"]) },
    rounds: measured,
  };
  console.log(formatRow(row));
  return row;
}
