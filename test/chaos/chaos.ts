import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Client, createClient } from "gannet";
import { activeResources, watchProcess } from "../robustness/resources.ts";
import { createCheckedTransport } from "../simulation/checked-transport.ts";
import { SeededChoice } from "../simulation/seeded-choice.ts";
import { Cases, NamedCounts } from "./cases.ts";
import { CHAOS_KINDS, CHAOS_LOTS, makeChaosCall } from "./chaos-caller.ts";
import { ChaosWorld } from "./chaos-world.ts";
import { PROXY_FAULTS, type ProxyFault } from "./fault-proxy.ts";
import { compareHoldings, type Holdings, resourcesBeside, takeStock } from "./holdings.ts";
import { Weather } from "./weather_pb.ts";

const TICK_MS = 20;
const FAULT_MS = 1_000;
/** Calls at a time, more than a stall holds up: where a machine is too busy for all of a second, they are fewer. */
const MAX_OPEN = 3_000;
/** Longer than a call may take: every second stall is one that an end of the connection has to notice. */
const LONG_STALL_MS = 60_000;
const LONGEST_SHORT_STALL_MS = 2_000;
/** It is looked at what the process holds behind each of so many parts, in long runs and in short ones. */
const PARTS = 5;
const LEAST_PARTS = 3;
const LONG_MINUTES = 5;
/** The deadline of calls, and some time to tell of it. */
const PATIENCE_MS = 32_000;
const PROGRESS_MS = 30_000;
const MAX_PROBLEMS = 20;
/** Each has to turn up. */
const STATUSES = ["OK", "CANCELLED", "DEADLINE_EXCEEDED", "UNAVAILABLE", "NOT_FOUND"] as const;
/** Each has to be told: that a connection was drained for its age, and in a run of minutes that a client found one silent. */
const EVENTS = ["server connection-draining"] as const;
const EVENTS_OF_LONG_RUNS = ["client keepalive-timeout"] as const;
/**
 * All of them are to succeed that may be made again. The others are those whose connection an end gave up between a header and
 * its message, where no proxy tears replies: next to none, of all together.
 */
const STEADY: readonly string[] = ["retried", "uploaded"];
const MAX_TORN_SHARE = 0.02;

export const summary = "calls through proxies with a fault a second: --minutes M [--calls-per-second N] [--seed S]";

/** Resolves to whether every call ended as it might, those that are to succeed did, and nothing was left behind. */
export async function run(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string", default: "10" },
      "calls-per-second": { type: "string", default: "500" },
      seed: { type: "string", default: "1" },
    },
  });
  return new Chaos(Number(values.minutes), Number(values["calls-per-second"]), Number(values.seed)).run();
}

interface ChaosClient {
  readonly client: Client<typeof Weather>;
  readonly tearsReplies: boolean;
}

class Chaos {
  readonly #minutes: number;
  readonly #callsPerSecond: number;
  readonly #seed: number;
  readonly #choice: SeededChoice;
  readonly #cases = new Cases();
  readonly #events = new NamedCounts();
  readonly #attempts = new NamedCounts();
  readonly #world: ChaosWorld;
  readonly #kinds = new NamedCounts();
  readonly #statuses = new NamedCounts();
  readonly #endings = new NamedCounts();
  readonly #problems: string[] = [];
  #problemCount = 0;
  #begun = 0;
  #ended = 0;
  #nextFaults: ProxyFault[] = [];
  #stalls = 0;
  #longStalls = 0;

  constructor(minutes: number, callsPerSecond: number, seed: number) {
    this.#minutes = minutes;
    this.#callsPerSecond = callsPerSecond;
    this.#seed = seed;
    this.#choice = new SeededChoice(seed);
    this.#world = new ChaosWorld(new SeededChoice(seed ^ 0x2545f491), this.#events, this.#attempts);
  }

  get #isLong(): boolean {
    return this.#minutes >= LONG_MINUTES;
  }

  async run(): Promise<boolean> {
    console.log(`${this.#minutes} minutes, ${this.#callsPerSecond} calls and a fault a second, seed ${this.#seed}`);
    const strays = watchProcess();
    const resourcesBefore = activeResources();
    await this.#world.open();
    const clients = this.#world.channels.map(({ channel, tearsReplies }) => ({
      client: createClient(
        Weather,
        createCheckedTransport(channel, (problem) => this.#note(problem)),
      ),
      tearsReplies,
    }));
    const started = performance.now();
    const progress = setInterval(() => this.#printProgress(started), PROGRESS_MS);
    const stocks: Holdings[] = [];
    const parts = this.#isLong ? PARTS : LEAST_PARTS;
    for (let part = 0; part < parts; part++) {
      await this.#trouble((this.#minutes * 60_000) / parts, clients);
      await this.#rest();
      stocks.push(await takeStock());
      for (const { proxy } of this.#world.proxies) proxy.isShut = false;
    }
    clearInterval(progress);
    const stats = [...this.#world.servers, ...this.#world.channels.map(({ channel }) => channel)].map((one) =>
      one.stats(),
    );
    await this.#world.close();
    this.#print();
    this.#judge();
    compareHoldings(stocks, stats.length, this.#cases);
    for (const { calls } of stats) {
      const { started: begun, succeeded, failed } = calls;
      this.#cases.check("each call's end is counted", begun === succeeded + failed, JSON.stringify(calls));
    }
    const left = await resourcesBeside(resourcesBefore);
    this.#cases.check("nothing keeps the process alive", left === "", left);
    this.#cases.check("nobody was left to catch an error", strays.errors.length === 0, String(strays.errors[0]));
    strays.stop();
    return this.#cases.close();
  }

  /** Starts calls at an even pace, or as fast as they end, with a fault a second, for so long. */
  async #trouble(durationMs: number, clients: readonly ChaosClient[]): Promise<void> {
    const started = performance.now();
    const before = this.#begun;
    const faults = setInterval(() => this.#injectFault(), FAULT_MS);
    for (let passedMs = 0; passedMs < durationMs; passedMs = performance.now() - started) {
      const due = before + Math.floor((passedMs / 1000) * this.#callsPerSecond);
      while (this.#begun < due && this.#begun - this.#ended < MAX_OPEN) void this.#makeCall(clients);
      await sleep(TICK_MS);
    }
    clearInterval(faults);
  }

  async #makeCall(clients: readonly ChaosClient[]): Promise<void> {
    const n = ++this.#begun;
    const name = this.#choice.pick(CHAOS_LOTS);
    const kind = CHAOS_KINDS[name];
    const { client } = this.#choice.pick(
      STEADY.includes(name) ? clients.filter(({ tearsReplies }) => !tearsReplies) : clients,
    );
    if (kind === undefined) return;
    const { status, problem } = await makeChaosCall(kind, client, n, this.#choice);
    this.#ended++;
    this.#kinds.add(name);
    this.#statuses.add(status);
    this.#endings.add(`${name} ${status}`);
    if (problem !== undefined) this.#note(`${name} ${n} ended with ${status}: ${problem}`);
  }

  /** All kinds of faults take turns, in another order each time. */
  #injectFault(): void {
    if (this.#nextFaults.length === 0) this.#nextFaults = this.#shuffle(PROXY_FAULTS);
    const fault = this.#nextFaults.pop();
    if (fault === undefined) return;
    if (fault === "stall" && this.#stalls++ % 2 === 0) {
      this.#stallLong();
      return;
    }
    const stallMs = this.#choice.magnitude(20, LONGEST_SHORT_STALL_MS);
    for (const { proxy } of this.#shuffle(this.#world.proxies)) {
      if (proxy.connections === 0 || !proxy.inject(fault, stallMs)) continue;
      // As where a server starts again: else it may take long until somebody connects.
      if (fault === "refuse") proxy.loseAll();
      return;
    }
  }

  /** Where replies are stalled only the client can notice; where requests are, the server may be first. */
  #stallLong(): void {
    const turn = this.#longStalls++;
    const direction = turn % 2 === 0 ? "replies" : "requests";
    const isPrivate = turn % 4 >= 2;
    for (const each of this.#shuffle(this.#world.proxies)) {
      if (each.isPrivate === isPrivate && each.proxy.inject("stall", LONG_STALL_MS, direction)) return;
    }
  }

  #shuffle<T>(things: readonly T[]): T[] {
    const left = [...things];
    const shuffled: T[] = [];
    while (left.length > 0) shuffled.push(...left.splice(this.#choice.between(0, left.length - 1), 1));
    return shuffled;
  }

  /** Every call has ended, and no connection is left: what the process holds then is the same each time. */
  async #rest(): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (this.#ended < this.#begun && performance.now() < end) await sleep(TICK_MS);
    if (this.#ended < this.#begun) this.#note(`${this.#begun - this.#ended} calls have not ended`);
    for (const { proxy } of this.#world.proxies) {
      proxy.heal();
      proxy.isShut = true;
      proxy.killAll();
    }
    while (this.#world.underWay > 0 && performance.now() < end + PATIENCE_MS) await sleep(TICK_MS);
    if (this.#world.underWay === 0) return;
    this.#note(`no rest: ${this.#world.servers.map((server) => JSON.stringify(server.stats())).join("; ")}`);
  }

  // ---- what came of it --------------------------------------------------------------------

  #print(): void {
    const faults = Object.entries(this.#world.faults).map(([fault, count]) => `${fault} ${count}`);
    console.log(`faults: ${faults.join(", ")}`);
    console.log(`calls: ${this.#kinds}`);
    console.log(`statuses: ${this.#statuses}`);
    for (const name of Object.keys(CHAOS_KINDS)) {
      const endings = this.#endings.names.filter((ending) => ending.startsWith(`${name} `));
      const counts = endings.map(
        (ending) => `${ending.slice(name.length + 1)} ${this.#endings.of(ending).toLocaleString("en")}`,
      );
      console.log(`  ${name.padEnd(11)}${counts.join(", ")}`);
    }
    console.log(`attempts before one that came to a handler: ${this.#attempts}`);
    console.log(`events: ${this.#events}`);
  }

  #judge(): void {
    this.#cases.check("each call ended", this.#begun === this.#ended, `${this.#ended} of ${this.#begun}`);
    this.#cases.check("calls ended once, as they might", this.#problemCount === 0, `${this.#problemCount} did not`);
    for (const problem of this.#problems) console.log(`  ${problem}`);
    let [steady, allTorn] = [0, 0];
    for (const name of STEADY) {
      const [all, good] = [this.#kinds.of(name), this.#endings.of(`${name} OK`)];
      const torn = this.#endings.of(`${name} torn`);
      this.#cases.check(`all calls succeed that are ${name}`, all > 0 && good + torn === all, `${good} of ${all}`);
      steady += all;
      allTorn += torn;
    }
    this.#cases.check("few of their replies were torn", allTorn <= steady * MAX_TORN_SHARE, `${allTorn} of ${steady}`);
    for (const name of Object.keys(CHAOS_KINDS)) {
      this.#cases.check(`some calls were ${name}`, this.#kinds.of(name) > 0, "none");
    }
    for (const status of STATUSES) {
      this.#cases.check(`some calls ended with ${status}`, this.#statuses.of(status) > 0, "none");
    }
    for (const fault of PROXY_FAULTS) {
      this.#cases.check(`the proxies did: ${fault}`, (this.#world.faults[fault] ?? 0) > 0, "never");
    }
    // It takes 12 s of silence, and no other fault in them.
    const events = this.#isLong ? [...EVENTS, ...EVENTS_OF_LONG_RUNS] : EVENTS;
    for (const event of events) this.#cases.check(`there was: ${event}`, this.#events.of(event) > 0, "never");
    this.#cases.check("some calls took several attempts", this.#attempts.of("1") > 0, "none");
  }

  #printProgress(started: number): void {
    const seconds = Math.round((performance.now() - started) / 1000);
    const faults = Object.values(this.#world.faults).reduce((sum, count) => sum + count, 0);
    const open = this.#begun - this.#ended;
    console.log(`  ${seconds} s: ${this.#ended} calls, ${open} open, ${faults} faults, ${this.#problemCount} problems`);
  }

  #note(problem: string): void {
    this.#problemCount++;
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
  }
}
