/**
 * `draining-server-process.js GRACE_MS`: serves until a signal comes. Prints `listening PORT`, `stuck` for each call with
 * n below 0, which never ends, events by their names, and at its end `tally` with the numbers of the calls that it ran, and of those it finished.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createServer, shutdownOnSignals } from "gannet";
import { Probe } from "./probe_pb.ts";

/** Handlers take so long between messages: long enough to be in the middle when the signal comes. */
const STEP_MS = 4;
const STEPS = 5;

const [graceMs = ""] = process.argv.slice(2);
const started: number[] = [];
const finished: number[] = [];

/** Does `steps` for the call of number `n`. */
async function* work(n: number): AsyncGenerator<{ n: number }> {
  started.push(n);
  for (let step = 0; step < STEPS; step++) {
    await sleep(STEP_MS);
    yield { n };
  }
  finished.push(n);
}

async function readAll(requests: AsyncIterable<{ readonly n: number }>): Promise<number> {
  let last = 0;
  for await (const { n } of requests) last = n;
  return last;
}

async function runThrough(n: number): Promise<{ n: number }> {
  for await (const _ of work(n));
  return { n };
}

const server = createServer({ onEvent: ({ name, level }) => level !== "debug" && console.log(name) }).add(Probe, {
  async unary({ n }) {
    if (n >= 0) return runThrough(n);
    console.log("stuck");
    return new Promise(() => {});
  },
  serverStream: ({ n }) => work(n),
  clientStream: async (requests) => runThrough(await readAll(requests)),
  async *bidi(requests) {
    let steps: AsyncGenerator<{ n: number }> | undefined;
    for await (const { n } of requests) {
      steps ??= work(n);
      const { value } = await steps.next();
      if (value !== undefined) yield value;
    }
    if (steps !== undefined) yield* steps;
  },
});
process.once("exit", () => console.log(`tally ${JSON.stringify({ started, finished, calls: server.stats().calls })}`));
shutdownOnSignals(server, { graceMs: Number(graceMs) });
const { port } = await server.listen("127.0.0.1:0");
console.log(`listening ${port}`);
