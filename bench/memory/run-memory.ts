import { parseArgs } from "node:util";
import { alternate } from "../alternate.ts";
import type { Memory } from "../answer-lines.ts";
import { Program } from "../program.ts";
import type { Row } from "../report/figures.ts";
import { reportRows } from "../report/save-results.ts";

const SHAPES = [
  { connections: 10, streams: 100 },
  { connections: 1_000, streams: 1 },
];
const SERVERS: Readonly<Record<string, string>> = {
  gannet: "echo/gannet-server",
  "grpc-js": "echo/grpc-js-server",
  "connect-node": "echo/connect-node-server",
};
const WARM_UP_CONNECTIONS = 10;
const WARM_UP_STREAMS = 10;
const KIB = 1_024;

/** Measures what an idle stream costs its server: each has had a message each way, and waits for the next. */
export async function runMemory(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: "string", default: "3" }, save: { type: "boolean", default: false } },
  });
  const rounds = Number(values.rounds);
  const how = `medians of ${rounds} alternating rounds, each with servers of its own`;
  console.log(`Node ${process.versions.node}, ${how}\n`);
  const rows: Row[] = [];
  for (const { connections, streams } of SHAPES) {
    const name = `server, ${connections}×${streams} idle streams`;
    rows.push(await alternate(name, rounds, Object.keys(SERVERS), (library) => measure(library, connections, streams)));
  }
  reportRows("memory", { how, save: values.save }, rows);
  return 0;
}

/** The server's growth per stream, by what JavaScript holds and by what the system counts. */
async function measure(library: string, connections: number, streams: number): Promise<Record<string, number>> {
  const server = new Program(SERVERS[library] ?? "", [], 0);
  const holder = new Program("load/stream-holder", [await server.readLine()], 1);
  try {
    // Some before, that code is compiled; not as many, or what they leave would be room for those that count.
    await hold(holder, WARM_UP_CONNECTIONS, WARM_UP_STREAMS);
    await hold(holder, 0, 0);
    const before = JSON.parse(await server.ask("memory")) as Memory;
    await hold(holder, connections, streams);
    const after = JSON.parse(await server.ask("memory")) as Memory;
    const count = connections * streams;
    return {
      "KiB/stream": (after.heapBytes - before.heapBytes) / count / KIB,
      "KiB RSS/stream": (after.rssBytes - before.rssBytes) / count / KIB,
    };
  } finally {
    await holder.stop();
    await server.stop();
  }
}

async function hold(holder: Program, connections: number, streams: number): Promise<void> {
  const echoed = Number(await holder.ask(`${connections} ${streams}`));
  if (echoed !== connections * streams) throw new Error(`${echoed} of ${connections * streams} streams have echoed`);
}
