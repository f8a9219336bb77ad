import { alternate, type RunOptions, readRunOptions } from "../alternate.ts";
import { buildCpp, type CppPrograms } from "../cpp/build-cpp.ts";
import type { LoadShape } from "../load/h2load.ts";
import type { ClientFigures } from "../load/measure-client.ts";
import { PAYLOAD_BYTES } from "../load/payload.ts";
import { Program } from "../program.ts";
import type { Row } from "../report/figures.ts";
import { reportRows } from "../report/save-results.ts";
import { checkCalls, EchoServers, toFigures } from "./echo-servers.ts";

const CLIENT_WARM_UP_SECONDS = 2;

/** Those that performance is compared with are in each row; the others where it is told how calls in general fare. */
const SHAPES: readonly (LoadShape & { readonly isForAll?: boolean })[] = [
  { connections: 1, inFlight: 100, payloadBytes: PAYLOAD_BYTES, isForAll: true },
  { connections: 10, inFlight: 10, payloadBytes: PAYLOAD_BYTES },
  { connections: 100, inFlight: 1, payloadBytes: PAYLOAD_BYTES },
  { connections: 1, inFlight: 100, payloadBytes: 1_024 },
  { connections: 1, inFlight: 1, payloadBytes: PAYLOAD_BYTES, isForAll: true },
];

/** What production has and a bare benchmark has not. */
const DEADLINE_ROWS = [
  { name: "server, deadlines that differ, handler awaits a turn", args: ["--settle"] },
  { name: "server, interceptor, deadlines that differ, stats", args: ["--intercept"] },
];
const DEADLINE_SHAPES = [
  { connections: 1, inFlight: 100 },
  { connections: 10, inFlight: 10 },
];
const MAIN = ["gannet", "grpc-js", "C++"];

/** Measures unary calls: gannet and the others alternately, server and load on a core each. */
export async function runUnary(args: string[]): Promise<number> {
  const options = readRunOptions(args);
  const cpp = buildCpp();
  const rows: Row[] = [];
  await measureServers(options, cpp, rows);
  await measureDeadlines(options, rows);
  await measureClients(options, cpp, rows);
  reportRows("unary", options, rows);
  return 0;
}

async function measureServers(options: RunOptions, cpp: CppPrograms | undefined, rows: Row[]): Promise<void> {
  const nameOf = (shape: LoadShape) => `server, h2load ${shape.connections}×${shape.inFlight}, ${shape.payloadBytes} B`;
  const shapes = SHAPES.filter((shape) => options.isWanted(nameOf(shape)));
  const [first] = shapes;
  if (first === undefined) return;
  const commands = new Map([
    ["gannet", "echo/gannet-server"],
    ["grpc-js", "echo/grpc-js-server"],
    ...(cpp === undefined ? [] : [["C++", cpp.server] as const]),
    ["connect-node", "echo/connect-node-server"],
    ["node:http2", "echo/node-http2-server"],
  ]);
  const servers = await EchoServers.start(commands, []);
  try {
    await servers.warmUp(first);
    for (const shape of shapes) {
      const libraries = servers.libraries.filter((library) => shape.isForAll === true || MAIN.includes(library));
      rows.push(
        await alternate(nameOf(shape), options.rounds, libraries, (library) =>
          servers.h2load(library, shape, options.seconds),
        ),
      );
    }
  } finally {
    await servers.stop();
  }
}

async function measureDeadlines(options: RunOptions, rows: Row[]): Promise<void> {
  for (const { name, args } of DEADLINE_ROWS) {
    const nameOf = (shape: (typeof DEADLINE_SHAPES)[number]) => `${name}, ${shape.connections}×${shape.inFlight}`;
    const shapes = DEADLINE_SHAPES.filter((shape) => options.isWanted(nameOf(shape)));
    if (shapes.length === 0) continue;
    const commands = new Map([
      ["gannet", "echo/gannet-server"],
      ["grpc-js", "echo/grpc-js-server"],
    ]);
    const servers = await EchoServers.start(commands, args);
    try {
      for (const { connections, inFlight } of shapes) {
        const row = nameOf({ connections, inFlight });
        const measure = (library: string) => servers.deadlines(library, connections, inFlight, options.seconds);
        for (const library of servers.libraries) await measure(library);
        rows.push(await alternate(row, options.rounds, servers.libraries, measure));
      }
    } finally {
      await servers.stop();
    }
  }
}

/** All clients call one server that is never the limit. */
async function measureClients(options: RunOptions, cpp: CppPrograms | undefined, rows: Row[]): Promise<void> {
  const nameOf = (inFlight: number) => `client, ${inFlight} in flight, ${PAYLOAD_BYTES} B`;
  const wanted = [100, 1].filter((inFlight) => options.isWanted(nameOf(inFlight)));
  if (wanted.length === 0) return;
  const server = new Program("echo/fixed-server", [], 0);
  const port = await server.readLine();
  const commands = new Map([
    ["gannet", "load/gannet-client"],
    ["grpc-js", "load/grpc-js-client"],
    ...(cpp === undefined ? [] : [["C++", cpp.client] as const]),
    ["connect-node", "load/connect-node-client"],
  ]);
  const clients = new Map([...commands].map(([library, command]) => [library, new Program(command, [port], 1)]));
  try {
    for (const inFlight of wanted) {
      const measure = async (library: string, seconds: number) => {
        const answer = (await clients.get(library)?.ask(`${seconds} ${inFlight}`)) ?? "";
        const figures = JSON.parse(answer) as ClientFigures;
        checkCalls(library, figures);
        const { calls, p50Micros, p99Micros } = figures;
        const cpu = figures.cpuMicros / calls;
        return toFigures({ callsPerSecond: calls / figures.seconds, cpu, p50: p50Micros, p99: p99Micros });
      };
      for (const library of clients.keys()) await measure(library, CLIENT_WARM_UP_SECONDS);
      rows.push(
        await alternate(nameOf(inFlight), options.rounds, [...clients.keys()], (library) =>
          measure(library, options.seconds),
        ),
      );
    }
  } finally {
    for (const program of [...clients.values(), server]) await program.stop();
  }
}
