import { parseArgs } from "node:util";
import { runSeed } from "./run-seed.ts";
import { Tally } from "./tally.ts";

/** Of each kind of fault a run of so many seeds has to have at least as many, so that none is lost unnoticed. */
const LEAST_FAULTS = 1_000;
/** The first seeds run twice, and have to do the same again. */
const REPEATED_SEEDS = 20;
const SHOWN_LINES = 400;

export const summary = "clients and servers over a simulated network: --seeds N [--seed FIRST] [--trace]";

/** Runs seeds, one world each. Resolves to whether nothing was wrong with any. */
export async function run(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { seeds: { type: "string" }, seed: { type: "string" }, trace: { type: "boolean" } },
  });
  const [first, seeds] = [readCount("seed", values.seed ?? "1"), readCount("seeds", values.seeds ?? "1")];
  const isTraced = values.trace === true;
  const tally = new Tally();
  const started = performance.now();
  let [passed, failed, happened] = [0, 0, 0];
  for (let seed = first; seed < first + seeds; seed++) {
    const result = await runSeed(seed, tally, isTraced);
    const problems = [...result.problems];
    if (seed < first + REPEATED_SEEDS) {
      const again = await runSeed(seed, new Tally());
      if (again.digest !== result.digest) problems.push(`it went otherwise the second time: ${again.digest}`);
    }
    happened += result.happened;
    if (isTraced) for (const line of result.lines.slice(-SHOWN_LINES)) console.log(`  ${line}`);
    if (isTraced || seeds === 1) console.log(`seed ${seed}: ${result.digest}`);
    if (problems.length === 0) {
      passed++;
      continue;
    }
    failed++;
    console.log(`FAIL seed ${seed} (${result.digest}); replay with: npm run fuzz -- simulate --seed ${seed} --trace`);
    for (const problem of problems) console.log(`  ${problem}`);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${seeds} seeds from ${first} on, ${happened.toLocaleString("en")} happenings, ${seconds} s`);
  for (const line of tally.lines()) console.log(line);
  const rare = seeds >= LEAST_FAULTS ? tally.rareFaults(LEAST_FAULTS) : [];
  for (const fault of rare) console.log(`FAIL fewer than ${LEAST_FAULTS} ${fault}`);
  failed += rare.length;
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

function readCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`--${name} is a whole number above 0, not ${JSON.stringify(text)}`);
}
