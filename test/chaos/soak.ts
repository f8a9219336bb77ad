import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Client, createChannel, createClient, createServer, GrpcError, insecure, type Server } from "gannet";
import { Probe } from "../robustness/probe_pb.ts";
import { activeResources, watchProcess } from "../robustness/resources.ts";
import { SeededChoice } from "../simulation/seeded-choice.ts";
import { Cases, NamedCounts } from "./cases.ts";
import { FaultProxy, PROXY_FAULTS } from "./fault-proxy.ts";
import { compareHoldings, type Holdings, resourcesBeside, takeStock } from "./holdings.ts";
import { COPIES, LATE_MS, LONGEST_CALL_MS, makeSoakCall, type SoakKind, type SoakStatus } from "./soak-caller.ts";

const CHANNELS = 4;
/** Callers, each with one call at a time. */
const CALLERS = 256;
/** It is looked at what the process holds behind each of so many parts; the first is to warm up. */
const PARTS = 5;
const FAULTS = 5_000;
/** Fewer calls between two faults, and next to none ends well. */
const LEAST_CALLS_PER_FAULT = 500;
const LONGEST_STALL_MS = 60;
const MAX_CONNECTION_AGE_MS = 200;
const PROGRESS_MS = 10_000;
const MAX_PROBLEMS = 10;
/** Each has to turn up. */
const STATUSES: readonly SoakStatus[] = ["OK", "CANCELLED", "DEADLINE_EXCEEDED", "UNAVAILABLE", "NOT_FOUND"];
const STREAMS: readonly SoakKind[] = ["serverStream", "clientStream", "bidi"];

export const summary = "many calls over sockets, through a proxy that breaks them: --calls N [--streams N] [--seed S]";

/** Resolves to whether every call ended, as it might, and nothing was left behind. */
export async function run(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      calls: { type: "string", default: "100000" },
      streams: { type: "string" },
      seed: { type: "string", default: "1" },
    },
  });
  const calls = Number(values.calls);
  const soak = new Soak(calls, Number(values.streams ?? Math.ceil(calls / 100)), Number(values.seed));
  return soak.run();
}

class Soak {
  readonly #unaryCalls: number;
  readonly #streams: number;
  readonly #seed: number;
  readonly #choice: SeededChoice;
  readonly #callsPerFault: number;
  readonly #statuses = new NamedCounts();
  readonly #kinds = new NamedCounts();
  readonly #problems: string[] = [];
  #problemCount = 0;
  #begun = 0;
  #ended = 0;
  #drains = 0;
  readonly #cases = new Cases();

  constructor(unaryCalls: number, streams: number, seed: number) {
    this.#unaryCalls = unaryCalls;
    this.#streams = streams;
    this.#seed = seed;
    this.#choice = new SeededChoice(seed);
    this.#callsPerFault = Math.max(LEAST_CALLS_PER_FAULT, Math.floor((unaryCalls + streams) / FAULTS));
  }

  async run(): Promise<boolean> {
    const total = this.#unaryCalls + this.#streams;
    console.log(`${this.#unaryCalls} unary calls and ${this.#streams} streams, seed ${this.#seed}`);
    const strays = watchProcess();
    const resourcesBefore = activeResources();
    const server = this.#createServer();
    const { port } = await server.listen("127.0.0.1:0");
    const proxy = await FaultProxy.listen(port, new SeededChoice(this.#seed ^ 0x51ed270b));
    const channels = Array.from({ length: CHANNELS }, () =>
      createChannel(`127.0.0.1:${proxy.port}`, { credentials: insecure(), backoff: { initialMs: 2, maxMs: 20 } }),
    );
    const clients = channels.map((channel) => createClient(Probe, channel));
    const started = performance.now();
    const progress = setInterval(() => this.#printProgress(total, started, proxy), PROGRESS_MS);
    const stocks: Holdings[] = [];
    for (let part = 1; part <= PARTS; part++) {
      await this.#makeCalls(Math.floor((total * part) / PARTS), clients, proxy);
      proxy.heal();
      await this.#rest(proxy, server);
      stocks.push(await takeStock());
    }
    clearInterval(progress);
    const seconds = (performance.now() - started) / 1000;
    const stats = [server.stats(), ...channels.map((channel) => channel.stats())];
    await Promise.all(channels.map((channel) => channel.close()));
    await server.shutdown({ graceMs: 1_000 });
    await proxy.close();
    console.log(`${this.#ended} calls in ${seconds.toFixed(1)} s, ${Math.round(this.#ended / seconds)} a second`);
    console.log(`calls: ${this.#kinds}`);
    console.log(`statuses: ${this.#statuses}`);
    console.log(`faults: ${list(proxy.counts)}, drains ${this.#drains}`);
    this.#judgeCalls(total, proxy);
    compareHoldings(stocks, stats.length, this.#cases);
    for (const { calls } of stats) {
      const { started: begun, succeeded, failed } = calls;
      this.#cases.check(
        "a server or channel counts each call's end",
        begun === succeeded + failed,
        JSON.stringify(calls),
      );
    }
    const left = await resourcesBeside(resourcesBefore);
    this.#cases.check("nothing keeps the process alive", left === "", left);
    this.#cases.check("nobody was left to catch an error", strays.errors.length === 0, String(strays.errors[0]));
    strays.stop();
    return this.#cases.close();
  }

  // ---- calls ------------------------------------------------------------------------------

  #createServer(): Server {
    return createServer({
      maxConnectionAgeMs: MAX_CONNECTION_AGE_MS,
      onEvent: ({ name }) => {
        if (name === "connection-draining") this.#drains++;
      },
    }).add(Probe, {
      unary: (ping) => (ping.text === "late" ? sleep(LATE_MS, ping) : answer(ping)),
      async *serverStream(ping) {
        if (ping.text === "late") await sleep(LATE_MS);
        for (let copy = 0; copy < COPIES; copy++) yield answer(ping);
      },
      async clientStream(pings) {
        let last = { n: 0, text: "" };
        for await (const ping of pings) last = ping;
        if (last.text === "late") await sleep(LATE_MS);
        return answer(last);
      },
      async *bidi(pings) {
        for await (const ping of pings) {
          if (ping.text === "late") await sleep(LATE_MS);
          yield answer(ping);
        }
      },
    });
  }

  /** Makes calls until so many were made, `CALLERS` at a time, with a fault each so many. */
  async #makeCalls(until: number, clients: readonly Client<typeof Probe>[], proxy: FaultProxy): Promise<void> {
    const callOn = async (caller: number): Promise<void> => {
      const client = clients[caller % clients.length];
      if (client === undefined) return;
      while (this.#begun < until) {
        const n = ++this.#begun;
        if (n % this.#callsPerFault === 0)
          proxy.inject(this.#choice.pick(PROXY_FAULTS), this.#choice.between(1, LONGEST_STALL_MS));
        const kind = this.#nextKind(n);
        const { status, problem } = await makeSoakCall(client, kind, n, this.#choice);
        this.#ended++;
        this.#statuses.add(status);
        this.#kinds.add(kind);
        if (problem !== undefined) this.#note(`${kind} ${n} ended with ${status}: ${problem}`);
        // Without a connection calls fail at once: not all of them shall, before there is one again.
        if (status === "UNAVAILABLE") await sleep(1);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, (_, caller) => callOn(caller)));
  }

  /** Streams are spread evenly among the unary calls. */
  #nextKind(n: number): SoakKind {
    const share = this.#streams / (this.#unaryCalls + this.#streams);
    return Math.floor(n * share) > Math.floor((n - 1) * share) ? this.#choice.pick(STREAMS) : "unary";
  }

  /** Every handler has ended, and no connection is left: what the process holds then is the same each time. */
  async #rest(proxy: FaultProxy, server: Server): Promise<void> {
    const end = performance.now() + LONGEST_CALL_MS;
    const isAtRest = () => {
      const { calls, connections } = server.stats();
      return calls.running + connections.open + proxy.connections === 0;
    };
    for (;;) {
      proxy.killAll();
      await sleep(20);
      if (isAtRest()) return;
      if (performance.now() < end) continue;
      this.#note(`no rest: ${JSON.stringify(server.stats())}, ${proxy.connections} connections`);
      return;
    }
  }

  // ---- what came of it --------------------------------------------------------------------

  #judgeCalls(total: number, proxy: FaultProxy): void {
    this.#cases.check("each call ended", this.#begun === total && this.#ended === total, `${this.#ended} of ${total}`);
    this.#cases.check("calls ended as they might", this.#problemCount === 0, `${this.#problemCount} did not`);
    for (const problem of this.#problems) console.log(`  ${problem}`);
    const good = this.#statuses.of("OK");
    this.#cases.check("most calls ended well", good > total * 0.9, `${good} of ${total}`);
    for (const status of STATUSES)
      this.#cases.check(`some calls ended with ${status}`, this.#statuses.of(status) > 0, "none");
    for (const status of this.#statuses.names)
      if (!STATUSES.some((one) => one === status)) this.#cases.check(`no call ended with ${status}`, false, "some did");
    for (const fault of PROXY_FAULTS) this.#cases.check(`the proxy did: ${fault}`, proxy.counts[fault] > 0, "never");
    this.#cases.check("connections were drained for their age", this.#drains > 0, "none");
  }

  #printProgress(total: number, started: number, proxy: FaultProxy): void {
    const seconds = (performance.now() - started) / 1000;
    const faults = Object.values(proxy.counts).reduce((sum, count) => sum + count, 0);
    console.log(
      `  ${seconds.toFixed(0)} s: ${this.#ended} of ${total} calls, ${faults} faults, ${this.#problemCount} problems`,
    );
  }

  #note(problem: string): void {
    this.#problemCount++;
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
  }
}

function answer(ping: { readonly n: number; readonly text: string }): { readonly n: number; readonly text: string } {
  if (ping.text === "refuse") throw new GrpcError("NOT_FOUND", "as was asked for");
  return ping;
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}
