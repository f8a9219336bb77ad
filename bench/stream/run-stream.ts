import { alternate, type RunOptions, readRunOptions } from "../alternate.ts";
import { buildCpp, type CppPrograms } from "../cpp/build-cpp.ts";
import type { StreamFigures } from "../load/measure-client.ts";
import { Program } from "../program.ts";
import type { Figures, Row } from "../report/figures.ts";
import { reportRows } from "../report/save-results.ts";

const SIZES = [
  { name: "20 B messages", bytes: 20 },
  { name: "64 KiB messages", bytes: 65_536 },
];
const WARM_UP_SECONDS = 2;
const WARM_UP_MESSAGES = 500;
const BYTES_PER_MB = 1e6;

/** Measures one server stream: servers read by a client that is never the limit, and clients of such a server. */
export async function runStream(args: string[]): Promise<number> {
  const options = readRunOptions(args);
  const cpp = buildCpp();
  const rows: Row[] = [];
  await measureServers(options, cpp, rows);
  await measureClients(options, cpp, rows);
  reportRows("stream", options, rows);
  return 0;
}

async function measureServers(options: RunOptions, cpp: CppPrograms | undefined, rows: Row[]): Promise<void> {
  if (!SIZES.some(({ name }) => options.isWanted(`server, ${name}`))) return;
  const commands = new Map([
    ["gannet", "echo/gannet-server"],
    ["grpc-js", "echo/grpc-js-server"],
    ...(cpp === undefined ? [] : [["C++", cpp.server] as const]),
  ]);
  const pairs = new Map<string, StreamPair>();
  for (const [library, command] of commands) {
    const server = new Program(command, [], 0);
    pairs.set(library, { reader: new Program("load/stream-sink", [await server.readLine()], 1), server });
  }
  await measurePairs("server", pairs, options, rows);
  for (const { reader, server } of pairs.values()) for (const program of [reader, server]) await program?.stop();
}

async function measureClients(options: RunOptions, cpp: CppPrograms | undefined, rows: Row[]): Promise<void> {
  if (!SIZES.some(({ name }) => options.isWanted(`client, ${name}`))) return;
  const server = new Program("echo/fixed-stream-server", [], 0);
  const port = await server.readLine();
  const commands = new Map([
    ["gannet", "load/gannet-client"],
    ["grpc-js", "load/grpc-js-client"],
    ...(cpp === undefined ? [] : [["C++", cpp.client] as const]),
  ]);
  const pairs = new Map(
    [...commands].map(([library, command]) => [
      library,
      { reader: new Program(command, [port], 1), server: undefined },
    ]),
  );
  await measurePairs("client", pairs, options, rows);
  for (const { reader } of pairs.values()) await reader.stop();
  await server.stop();
}

/** A program that reads, and the server whose processor time counts: undefined where the reader's own does. */
interface StreamPair {
  readonly reader: Program;
  readonly server: Program | undefined;
}

async function measurePairs(
  what: string,
  pairs: ReadonlyMap<string, StreamPair>,
  options: RunOptions,
  rows: Row[],
): Promise<void> {
  for (const { name, bytes } of SIZES) {
    if (!options.isWanted(`${what}, ${name}`)) continue;
    const perSecond = new Map<string, number>();
    const measure = async (library: string, seconds: number): Promise<Figures> => {
      const pair = pairs.get(library);
      if (pair === undefined) throw new Error(`there is nothing of ${library}`);
      const count = Math.ceil((perSecond.get(library) ?? WARM_UP_MESSAGES) * seconds);
      const { rate, cpu } = await readStream(library, pair, count, bytes);
      perSecond.set(library, rate);
      return { "messages/s": rate, "MB/s": (rate * bytes) / BYTES_PER_MB, "CPU µs/message": cpu };
    };
    for (const library of pairs.keys()) {
      const until = performance.now() + WARM_UP_SECONDS * 1_000;
      while (performance.now() < until) await measure(library, 0.5);
    }
    rows.push(
      await alternate(`${what}, ${name}`, options.rounds, [...pairs.keys()], (library) =>
        measure(library, options.seconds),
      ),
    );
  }
}

/** @throws Error where a message was wrong or missing */
async function readStream(
  library: string,
  { reader, server }: StreamPair,
  count: number,
  size: number,
): Promise<{ rate: number; cpu: number }> {
  const before = server === undefined ? 0 : Number(await server.ask("cpu"));
  const figures = JSON.parse(await reader.ask(`stream ${count} ${size}`)) as StreamFigures;
  const cpu = server === undefined ? figures.cpuMicros : Number(await server.ask("cpu")) - before;
  const { messages, wrong, seconds } = figures;
  if (wrong !== 0) throw new Error(`${library}: ${wrong} of ${count} messages are wrong or missing`);
  return { rate: messages / seconds, cpu: cpu / messages };
}
