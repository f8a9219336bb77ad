import { parseArgs } from "node:util";
import { runSeed, WORLDS, type WorldName } from "./run-seed.ts";
import { Tally } from "./tally.ts";

/** Of each kind of fault a run of so many seeds has to have at least as many, so that none is lost unnoticed. */
const LEAST_FAULTS = 1_000;
/** The first seeds run twice, and have to do the same again. */
const REPEATED_SEEDS = 20;
const SHOWN_LINES = 400;
const PROGRESS_MS = 15_000;

export const summary =
  "two ends of HTTP/2, and clients and servers, over a simulated network: --seeds N [--seed FIRST] [--only engines|stacks] [--trace]";

/** Runs seeds, a world of each kind for each. Resolves to whether nothing was wrong with any. */
export async function run(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: "string" },
      seed: { type: "string" },
      only: { type: "string" },
      trace: { type: "boolean" },
    },
  });
  const [first, seeds] = [readCount("seed", values.seed ?? "1"), readCount("seeds", values.seeds ?? "1")];
  const worlds = values.only === undefined ? WORLDS : [readWorld(values.only)];
  const simulation = new Simulation(first, seeds === 1 || values.trace === true, values.trace === true);
  let shownAt = performance.now();
  for (let seed = first; seed < first + seeds; seed++) {
    for (const world of worlds) await simulation.run(world, seed);
    if (performance.now() - shownAt < PROGRESS_MS) continue;
    shownAt = performance.now();
    console.log(`  ${seed + 1 - first} of ${seeds} seeds, ${simulation.failed} failed`);
  }
  simulation.printTally(seeds, worlds.length);
  // A run that is not whole may lack what the others have.
  if (seeds >= LEAST_FAULTS && worlds.length === WORLDS.length) simulation.checkFaults();
  console.log(`${simulation.passed} passed, ${simulation.failed} failed`);
  return simulation.failed === 0;
}

class Simulation {
  passed = 0;
  failed = 0;
  readonly #tally = new Tally();
  readonly #started = performance.now();
  readonly #first: number;
  readonly #isShown: boolean;
  readonly #isTraced: boolean;
  #happened = 0;

  constructor(first: number, isShown: boolean, isTraced: boolean) {
    this.#first = first;
    this.#isShown = isShown;
    this.#isTraced = isTraced;
  }

  async run(world: WorldName, seed: number): Promise<void> {
    const result = await runSeed(world, seed, this.#tally, this.#isTraced);
    const problems = [...result.problems];
    if (seed < this.#first + REPEATED_SEEDS) {
      const again = await runSeed(world, seed, new Tally());
      if (again.digest !== result.digest) problems.push(`it went otherwise the second time: ${again.digest}`);
    }
    this.#happened += result.happened;
    if (this.#isTraced) for (const line of result.lines.slice(-SHOWN_LINES)) console.log(`  ${line}`);
    if (this.#isShown) console.log(`${world}, seed ${seed}: ${result.digest}`);
    if (problems.length === 0) {
      this.passed++;
      return;
    }
    this.failed++;
    console.log(`FAIL ${world}, seed ${seed} (${result.digest})`);
    console.log(`  replay with: npm run fuzz -- simulate --seed ${seed} --only ${world} --trace`);
    for (const problem of problems) console.log(`  ${problem}`);
  }

  printTally(seeds: number, worlds: number): void {
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    const happened = this.#happened.toLocaleString("en");
    console.log(`${seeds} seeds from ${this.#first} on, ${worlds} worlds each, ${happened} happenings, ${seconds} s`);
    for (const line of this.#tally.lines()) console.log(line);
  }

  checkFaults(): void {
    const rare = this.#tally.rareFaults(LEAST_FAULTS);
    for (const fault of rare) console.log(`FAIL fewer than ${LEAST_FAULTS} ${fault}`);
    this.failed += rare.length;
  }
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`--${name} is a whole number above 0, not ${JSON.stringify(text)}`);
}

function readWorld(text: string): WorldName {
  const world = WORLDS.find((name) => name === text);
  if (world !== undefined) return world;
  throw new Error(`--only is one of ${WORLDS.join(", ")}, not ${JSON.stringify(text)}`);
}
