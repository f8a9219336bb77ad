import { type Channel, type ChannelOptions, createChannel, createClient, insecure } from "gannet";
import { DnsServer } from "../../discovery/dns-server.ts";
import { Probe } from "../../robustness/probe_pb.ts";
import type { CaseReport } from "../case-report.ts";
import { nodeProgram } from "../program/command.ts";
import type { EtcdServer } from "../program/etcd.ts";
import { findFreePort } from "../program/ports.ts";
import { RunningProgram } from "../program/running-program.ts";
import { type EtcdExample, PLACE_READY, placeServer } from "./etcd-example.ts";
import { Load } from "./load.ts";

const CALLS_PER_SECOND = 1_000;
const CALL_TIMEOUT_MS = 10_000;
const LONGEST_HANDLER_MS = 20;
const START_TIMEOUT_MS = 30_000;
/** So many at a time; each is replaced by another at another address, and restarted there. */
const SERVERS = 4;
/** How long it may take until all servers that there are, and no others, get calls. */
const SETTLED_WITHIN_MS = 20_000;
const SETTLED_CALLS = 100;
const COUNTED_CALLS = 2_000;
const MAX_DEVIATION = 0.05;
const DNS_NAME = "place.example";
const DNS_REFRESH_MS = 200;

/** Servers and the list of them that clients go by. */
interface Fleet {
  readonly name: string;
  readonly channel: Channel;
  /** Makes a call, and tells who answered. */
  call(): Promise<string>;
  /** Starts a server that listens already when clients learn of it. */
  start(address: string): Promise<RunningProgram>;
  /** Asks a server to end, which clients learn at the same time if its place is taken by another. Resolves to its exit code. */
  stop(address: string, program: RunningProgram, isReplaced: boolean): Promise<number>;
  close(): Promise<void>;
}

/** The records change with the servers; one that is restarted at its address keeps its record. */
export async function runDnsRestarts(report: CaseReport): Promise<void> {
  const dns = await DnsServer.listen();
  const port = await findFreePort();
  const listed = new Set<string>();
  const publish = () => dns.set(DNS_NAME, { A: [...listed].map((address) => address.replace(/:.*/, "")) });
  const channel = openChannel(`dns://${dns.address}/${DNS_NAME}:${port}`, {
    dns: { refreshIntervalMs: DNS_REFRESH_MS, minIntervalMs: DNS_REFRESH_MS },
  });
  const client = createClient(Probe, channel);
  let calls = 0;
  await runRestarts(port, report, {
    name: "found by DNS",
    channel,
    async call() {
      const n = calls++ % LONGEST_HANDLER_MS;
      return (await client.unary({ n }, { timeoutMs: CALL_TIMEOUT_MS })).text;
    },
    async start(address) {
      const program = new RunningProgram(nodeProgram("discovery/place-server", [address]));
      await program.waitFor(/^ready$/m, START_TIMEOUT_MS);
      listed.add(address);
      publish();
      return program;
    },
    stop(address, program, isReplaced) {
      if (isReplaced) listed.delete(address);
      publish();
      return program.stop("SIGTERM");
    },
    close: () => dns.close(),
  });
}

/** The servers register themselves, and take themselves out first when they are asked to end. */
export async function runEtcdRestarts(etcd: EtcdServer, example: EtcdExample, report: CaseReport): Promise<void> {
  await etcd.start();
  const port = await findFreePort();
  const resolvers = [example.etcdResolver(etcd.address)];
  const channel = openChannel("etcd:///example/place", { resolvers });
  const ask = createClient(example.Place, channel)["ask"];
  await runRestarts(port, report, {
    name: `found by etcd ${await etcd.version()}`,
    channel,
    async call() {
      const reply: unknown = await ask?.({}, { timeoutMs: CALL_TIMEOUT_MS });
      return (reply as { address: string }).address;
    },
    async start(address) {
      const program = new RunningProgram(placeServer(etcd.address, { PLACE_ADDRESS: address }));
      await program.waitFor(PLACE_READY, START_TIMEOUT_MS);
      return program;
    },
    stop: (_, program) => program.stop("SIGTERM"),
    async close() {
      await etcd.stop();
      etcd.forget();
    },
  });
}

function openChannel(target: string, options: ChannelOptions): Channel {
  // No retries are configured: what is not lost is so because servers and channel see to it.
  return createChannel(target, { credentials: insecure(), loadBalancing: "round_robin", ...options });
}

async function runRestarts(port: number, report: CaseReport, fleet: Fleet): Promise<void> {
  report.section(
    `servers ${fleet.name}, restarted one by one under ${CALLS_PER_SECOND} calls a second`,
    2 * SERVERS + 2,
  );
  const running = new Map<string, RunningProgram>();
  const addressOf = (index: number) => `127.0.0.${10 + index}:${port}`;
  let load: Load | undefined;
  try {
    for (let index = 0; index < SERVERS; index++) running.set(addressOf(index), await fleet.start(addressOf(index)));
    await fleet.channel.connect();
    load = new Load(CALLS_PER_SECOND, () => fleet.call());
    for (let index = 0; index < SERVERS; index++) {
      const [old, next] = [addressOf(index), addressOf(index + SERVERS)];
      running.set(next, await fleet.start(next));
      const code = await stopOne(fleet, running, old, true);
      await reportChange(`${hostOf(old)} is replaced by ${hostOf(next)}`, code, load, running, report);
    }
    for (let index = SERVERS; index < 2 * SERVERS; index++) {
      const address = addressOf(index);
      const code = await stopOne(fleet, running, address, false);
      running.set(address, await fleet.start(address));
      await reportChange(`${hostOf(address)} is restarted`, code, load, running, report);
    }
    await load.stop();
    reportLoad(load, report);
  } finally {
    await load?.stop();
    await fleet.channel.close();
    for (const program of running.values()) await program.stop();
    await fleet.close();
  }
}

async function stopOne(
  fleet: Fleet,
  running: Map<string, RunningProgram>,
  address: string,
  isReplaced: boolean,
): Promise<number> {
  const program = running.get(address);
  if (program === undefined) throw new Error(`there is no server at ${address}`);
  running.delete(address);
  return await fleet.stop(address, program, isReplaced);
}

/** Waits until the servers that there are get all calls, and then looks at how evenly. */
async function reportChange(
  name: string,
  code: number,
  load: Load,
  running: ReadonlyMap<string, RunningProgram>,
  report: CaseReport,
): Promise<void> {
  const begun = performance.now();
  const wanted = [...running.keys()].sort().join();
  let isSettled = false;
  while (!isSettled && performance.now() < begun + SETTLED_WITHIN_MS) {
    const counts = await load.count(SETTLED_CALLS);
    isSettled = [...counts.keys()].sort().join() === wanted;
  }
  const settledMs = Math.round(performance.now() - begun);
  const counts = await load.count(COUNTED_CALLS);
  const even = COUNTED_CALLS / running.size;
  const isEven =
    counts.size === running.size && [...counts.values()].every((count) => Math.abs(count / even - 1) <= MAX_DEVIATION);
  const shares = [...counts].map(([address, count]) => `${hostOf(address)} ${count}`).join(", ");
  const expected = `exit code 0, load within ${MAX_DEVIATION * 100} % of even`;
  console.log(`  ${settledMs} ms until all servers and no others get calls; then ${shares}`);
  report.add({
    name,
    expected,
    got: isSettled && isEven && code === 0 ? expected : `exit code ${code}, settled: ${isSettled}, ${shares}`,
  });
}

function reportLoad(load: Load, report: CaseReport): void {
  const rate = Math.round(load.started / load.seconds);
  console.log(
    `  ${load.started} calls in ${load.seconds.toFixed(1)} s; half took ${load.latency(0.5).toFixed(1)} ms, ` +
      `99 % ${load.latency(0.99).toFixed(1)} ms, all ${load.latency(1).toFixed(1)} ms at most`,
  );
  report.add({
    name: "calls were made at the rate that was asked for",
    expected: `${CALLS_PER_SECOND} a second`,
    got: rate > CALLS_PER_SECOND * 0.98 ? `${CALLS_PER_SECOND} a second` : `${rate} a second`,
  });
  report.add({
    name: "no call was lost",
    expected: "0 failed",
    got: [`${load.failed} failed`, ...load.failures].join("\n"),
  });
}

function hostOf(address: string): string {
  return address.replace(/:.*/, "");
}
