import { parseArgs } from "node:util";
import { SeededChoice } from "../simulation/seeded-choice.ts";
import { CorpusFolder } from "./corpus-folder.ts";
import { Edges } from "./edges/edges.ts";
import type { FuzzTarget } from "./fuzz-target.ts";
import { mutate } from "./mutate.ts";

type Run = (input: Uint8Array) => void | Promise<void>;

const DEFAULT_EXECUTIONS = "20000";
/** An input of a few thousand bytes takes microseconds; what takes so long hangs. */
const SLOW_MS = 2_000;
const MAX_CRASHES = 5;
const MAX_SAVED = 36;
const MAX_SAVED_BYTES = 512;
const MAX_GROWTH_BYTES = 300_000_000;
const PROGRESS_MS = 15_000;

/**
 * Runs a target on its corpus and on what mutation makes of it; an input that takes an edge that none took before, or more
 * often, is mutated further. Resolves to whether nothing was found.
 */
export async function fuzz(name: string, target: FuzzTarget, args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      executions: { type: "string", default: DEFAULT_EXECUTIONS },
      seed: { type: "string", default: "1" },
      input: { type: "string" },
      save: { type: "boolean" },
    },
  });
  const edges = Edges.install(target.package ?? "gannet", target.folders);
  const run = withStrays(await target.prepare());
  if (values.input !== undefined) return replay(run, Uint8Array.from(Buffer.from(values.input, "hex")));
  const session = new FuzzSession(name, target, run, edges, Number(values.seed));
  return session.fuzz(Number(values.executions), values.save === true);
}

/** What nobody caught is a problem of the input behind which it turned up. */
function withStrays(run: Run): Run {
  const strays: unknown[] = [];
  process.on("uncaughtException", (error) => strays.push(error));
  process.on("unhandledRejection", (reason) => strays.push(reason));
  const throwStray = (): void => {
    if (strays.length === 0) return;
    throw new Error("nobody caught an error", { cause: strays.splice(0)[0] });
  };
  return (input) => {
    throwStray();
    const running = run(input);
    return running === undefined ? throwStray() : running.then(throwStray);
  };
}

async function replay(run: Run, input: Uint8Array): Promise<boolean> {
  const problem = await problemOf(run, input);
  if (problem !== undefined) console.log(`FAIL ${problem}`);
  console.log(problem === undefined ? "1 passed, 0 failed" : "0 passed, 1 failed");
  return problem === undefined;
}

class FuzzSession {
  readonly #name: string;
  readonly #target: FuzzTarget;
  readonly #run: Run;
  readonly #edges: Edges;
  readonly #choice: SeededChoice;
  readonly #corpus: Uint8Array[] = [];
  readonly #crashes = new Map<string, Uint8Array>();
  #executions = 0;

  constructor(name: string, target: FuzzTarget, run: Run, edges: Edges, seed: number) {
    this.#name = name;
    this.#target = target;
    this.#run = run;
    this.#edges = edges;
    this.#choice = new SeededChoice(seed);
  }

  async fuzz(executions: number, isSaved: boolean): Promise<boolean> {
    const folder = new CorpusFolder(this.#name);
    const started = performance.now();
    const startBytes = process.memoryUsage().rss;
    for (const input of [new Uint8Array(0), ...this.#target.seeds(), ...folder.read()]) await this.#try(input, true);
    let shownAt = started;
    while (this.#executions < executions && this.#crashes.size < MAX_CRASHES) {
      await this.#try(mutate(this.#choice, this.#pick(), this.#pick(), this.#target.pieces), false);
      if (this.#executions % 1_000 !== 0 || performance.now() - shownAt < PROGRESS_MS) continue;
      shownAt = performance.now();
      console.log(`  ${this.#executions} of ${executions} executions, ${this.#edges.reached} edges`);
    }
    const seconds = (performance.now() - started) / 1000;
    const grownBytes = process.memoryUsage().rss - startBytes;
    const { instrumented, reached } = this.#edges;
    console.log(
      `${this.#name}: ${this.#executions.toLocaleString("en")} executions in ${seconds.toFixed(1)} s, ` +
        `${Math.round(this.#executions / seconds).toLocaleString("en")} a second, ${reached} of ` +
        `${instrumented} instrumented edges reached, ${this.#corpus.length} inputs kept, ${Math.round(grownBytes / 1e6)} MB more`,
    );
    let failed = this.#crashes.size;
    if (instrumented === 0) {
      failed++;
      console.log("FAIL no edge was instrumented: nothing guides the fuzzing");
    }
    if (grownBytes > MAX_GROWTH_BYTES) {
      failed++;
      console.log(`FAIL the process grew by ${Math.round(grownBytes / 1e6)} MB`);
    }
    for (const [problem, input] of this.#crashes) await this.#report(problem, input);
    if (isSaved) folder.write(await this.#smallest());
    console.log(`${failed === 0 ? 1 : 0} passed, ${failed} failed`);
    return failed === 0;
  }

  /** Those that were found last are mutated more often. */
  #pick(): Uint8Array {
    const { length } = this.#corpus;
    const index = this.#choice.chance(0.5)
      ? length - 1 - this.#choice.magnitude(0, length - 1)
      : this.#choice.between(0, length - 1);
    return this.#corpus[index] ?? new Uint8Array(0);
  }

  async #try(input: Uint8Array, isKept: boolean): Promise<void> {
    this.#executions++;
    this.#edges.clear();
    const problem = await problemOf(this.#run, input);
    if (this.#edges.collect() || isKept) this.#corpus.push(input);
    if (problem === undefined) return;
    // The same problem once: what differs between its inputs are numbers, mostly.
    const kind = (problem.split("\n")[0] ?? "").replace(/\d+/g, "N");
    if (![...this.#crashes.keys()].some((known) => (known.split("\n")[0] ?? "").replace(/\d+/g, "N") === kind))
      this.#crashes.set(problem, input);
  }

  async #report(problem: string, input: Uint8Array): Promise<void> {
    const small = await this.#minimise(input);
    console.log(`FAIL ${problem}`);
    console.log(`  replay with: npm run fuzz -- ${this.#name} --input ${Buffer.from(small).toString("hex")}`);
  }

  /** The input without whatever may be left out of it. */
  async #minimise(input: Uint8Array): Promise<Uint8Array> {
    let small = input;
    for (let size = Math.ceil(small.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < small.length; ) {
        const shorter = Uint8Array.from([...small.subarray(0, at), ...small.subarray(at + size)]);
        if ((await problemOf(this.#run, shorter)) === undefined) at += size;
        else small = shorter;
      }
    }
    return small;
  }

  /** A few of the corpus that together take all edges that are taken, the shortest first. */
  async #smallest(): Promise<Uint8Array[]> {
    const missing = new Set<number>();
    const taken: { readonly input: Uint8Array; readonly edges: readonly number[] }[] = [];
    for (const input of this.#corpus.filter(({ length }) => length <= MAX_SAVED_BYTES)) {
      this.#edges.clear();
      await this.#run(input);
      const edges = this.#edges.taken();
      for (const edge of edges) missing.add(edge);
      taken.push({ input, edges });
    }
    const chosen: Uint8Array[] = [];
    while (missing.size > 0 && chosen.length < MAX_SAVED) {
      const gain = ({ edges }: { readonly edges: readonly number[] }) =>
        edges.filter((edge) => missing.has(edge)).length;
      const best = taken.reduce((one, other) => (gain(other) > gain(one) ? other : one));
      chosen.push(best.input);
      for (const edge of best.edges) missing.delete(edge);
    }
    return chosen;
  }
}

/** What is wrong with an input, with the place in the code where it turned up. */
async function problemOf(run: Run, input: Uint8Array): Promise<string | undefined> {
  const limit = Error.stackTraceLimit;
  // Most inputs end in errors, and a stack takes longer to collect than what leads to it.
  Error.stackTraceLimit = 0;
  let problem: string | undefined;
  try {
    problem = await tryInput(run, input);
  } finally {
    Error.stackTraceLimit = limit;
  }
  return problem === undefined ? undefined : ((await tryInput(run, input)) ?? problem);
}

async function tryInput(run: Run, input: Uint8Array): Promise<string | undefined> {
  // The clock on the wall would tell of what else the machine does.
  const started = process.cpuUsage();
  try {
    // Most targets need no turn, and a million awaits are seconds.
    const running = run(input);
    if (running !== undefined) await running;
  } catch (error) {
    return describe(error);
  }
  const { user, system } = process.cpuUsage(started);
  const ms = Math.round((user + system) / 1000);
  return ms > SLOW_MS ? `an input of ${input.length} bytes takes ${ms} ms of the processor` : undefined;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${describe(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
