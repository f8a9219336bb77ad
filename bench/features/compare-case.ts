/**
 * One feature against nothing, in turn, in a process of their own: code that sees all features is slower than any program
 * has it. `compare-case NAME ROUNDS CALLS [FOLDER]` prints a `CaseFigures` as JSON. With a folder, the other side is the
 * build that is there.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as gannet from "gannet";
import { cpuMicros } from "../answer-lines.ts";
import { Echo } from "../echo/echo_pb.ts";
import { createPayload, MESSAGE, PAYLOAD_BYTES } from "../load/payload.ts";
import { type Build, type FeatureCase, handlersOf } from "./feature-case.ts";
import { FEATURE_CASES } from "./feature-cases.ts";

/** Nanoseconds of processor time per call, round by round. */
export interface CaseFigures {
  readonly without: readonly number[];
  readonly with: readonly number[];
}

const IN_FLIGHT = 100;
const WARM_UP_ROUNDS = 4;
/** Off unless a case is about them: a channel in memory has both on. */
const BASE = { ambient: false, checkReplies: false } as const;
const payload = createPayload(PAYLOAD_BYTES);

/** A server and a client, joined in memory. */
class Pair {
  readonly #case: FeatureCase;
  readonly #server: gannet.Server;
  readonly #channel: gannet.Channel;
  readonly #client: gannet.Client<typeof Echo>;

  constructor(one: FeatureCase, build: Build) {
    this.#case = one;
    this.#server = build.gannet.createServer({ ...BASE, ...one.server }).addPartial(build.service, handlersOf(one));
    this.#channel = build.gannet.createInMemoryChannel(this.#server, one.channel);
    this.#client = build.gannet.createClient(build.service, this.#channel);
  }

  async measure(calls: number): Promise<number> {
    this.#case.begin?.();
    const next = { n: 0 };
    const before = cpuMicros();
    await Promise.all(Array.from({ length: IN_FLIGHT }, () => this.#callOnAndOn(next, calls)));
    const taken = cpuMicros() - before;
    this.#case.end?.();
    return (taken * 1_000) / calls;
  }

  async close(): Promise<void> {
    await this.#channel.close();
    await this.#server.shutdown({ graceMs: 0 });
  }

  async #callOnAndOn(next: { n: number }, calls: number): Promise<void> {
    const one = this.#case;
    while (next.n < calls) {
      const n = next.n++;
      const call = this.#client.unary({ message: MESSAGE, n, payload }, one.options?.(n));
      const reply = await call;
      if (one.look !== undefined) await one.look(call);
      if (reply.n !== n || reply.message !== MESSAGE || Buffer.compare(reply.payload, payload) !== 0) {
        throw new Error(`${one.name}: a reply is wrong`);
      }
    }
  }
}

async function loadBuild(folder: string): Promise<Build> {
  const load = (path: string) => import(pathToFileURL(resolve(folder, path)).href);
  return {
    gannet: (await load("packages/gannet/dist/index.js")) as Build["gannet"],
    service: ((await load("bench/dist/echo/echo_pb.js")) as { Echo: typeof Echo }).Echo,
  };
}

const [name, rounds, calls, folder] = process.argv.slice(2);
const own: Build = { gannet, service: Echo };
const one = FEATURE_CASES.find((each) => each.name === name);
if (one === undefined) throw new Error(`there is no feature ${JSON.stringify(name)}`);
const without = new Pair({ name: "nothing" }, folder === undefined ? own : await loadBuild(folder));
const pair = new Pair(one, own);
const figures: { without: number[]; with: number[] } = { without: [], with: [] };
for (let round = -WARM_UP_ROUNDS; round < Number(rounds); round++) {
  const order = round % 2 === 0 ? (["without", "with"] as const) : (["with", "without"] as const);
  for (const side of order) {
    const taken = await (side === "with" ? pair : without).measure(Number(calls));
    if (round >= 0) figures[side].push(taken);
  }
}
await pair.close();
await without.close();
console.log(JSON.stringify(figures));
