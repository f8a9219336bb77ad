import { compile } from "@gannet/compiler";
import { SeededChoice } from "../simulation/seeded-choice.ts";
import { hostileFamilies } from "./hostile-families.ts";

/**
 * `node test/dist/compiler/hostile-inputs.js`: a thousand files that nobody would write, whole and spoilt, each four
 * times as large as the one before. Each has to end with a finding or a descriptor, in time and memory that grow no
 * faster than the file. It measures, and so is no test: what counts is the processor's time, as the machine may have
 * other work.
 */

const SIZES = [400, 1_600, 6_400, 25_600, 102_400] as const;
/** What a file may take, whatever its size, and for its size: several times of what it does take. */
const FLOOR_MS = 400;
const MAX_MS_PER_CHARACTER = 0.004;
/** A file four times as large takes four times as long; sixteen times would be the square. */
const MAX_RATIO = 11;
const MAX_RSS_BYTES = 2 * 2 ** 30;
const SLOWEST = 5;

/** What is done to a file before it is compiled. */
const spoilers: Readonly<Record<string, (text: string, choice: SeededChoice) => string>> = {
  whole: (text) => text,
  "cut off": (text, choice) => text.slice(0, choice.between(text.length >> 1, text.length)),
  "with NULs": (text, choice) => insert(text, "\0", choice),
  "with half a pair": (text, choice) => insert(text, "\ud83d", choice),
  "with a quote": (text, choice) => insert(text, '"', choice),
};

interface Measurement {
  readonly name: string;
  readonly bytes: number;
  readonly ms: number;
}

function insert(text: string, what: string, choice: SeededChoice): string {
  const at = choice.between(0, text.length);
  return text.slice(0, at) + what + text.slice(at);
}

/** What is wrong with how it ended; undefined where nothing is. */
async function problemOf(text: string): Promise<string | undefined> {
  const { ok, files, diagnostics } = await compile({
    files: ["a.proto"],
    read: (path) => (path === "a.proto" ? text : undefined),
  });
  const broken = diagnostics.find(({ id }) => id === "internal-error");
  if (broken !== undefined) return broken.message;
  const hasError = diagnostics.some(({ severity }) => severity === "error");
  return ok === hasError || ok !== files.length > 0 ? "it ends with neither a finding nor a descriptor" : undefined;
}

async function main(): Promise<number> {
  const expected = Object.keys(hostileFamilies).length * Object.keys(spoilers).length * SIZES.length;
  const measured: Measurement[] = [];
  const problems: string[] = [];
  const choice = new SeededChoice(1);
  for (const [family, create] of Object.entries(hostileFamilies)) {
    for (const [spoiling, spoil] of Object.entries(spoilers)) {
      let before: number | undefined;
      for (const size of SIZES) {
        const text = spoil(create(size), choice);
        const name = `${family}, ${spoiling}, ${size}`;
        const started = process.cpuUsage();
        const problem = await problemOf(text);
        const { user, system } = process.cpuUsage(started);
        const ms = (user + system) / 1000;
        if (problem !== undefined) problems.push(`${name}: ${problem}`);
        // What is small takes as long as it takes, and a file with an early slip takes less than one that is compiled.
        const isSlow = ms > FLOOR_MS + text.length * MAX_MS_PER_CHARACTER;
        if (isSlow && ms > MAX_RATIO * (before ?? 0))
          problems.push(`${name}: ${Math.round(ms)} ms, where a quarter of it takes ${Math.round(before ?? 0)} ms`);
        before = ms;
        measured.push({ name, bytes: text.length, ms });
      }
    }
  }
  const rss = process.resourceUsage().maxRSS * 1024;
  if (rss > MAX_RSS_BYTES) problems.push(`the process has had ${Math.round(rss / 2 ** 20)} MiB`);
  const slowest = [...measured].sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
  for (const { name, bytes, ms } of slowest) console.log(`${name}: ${bytes} characters in ${Math.round(ms)} ms`);
  for (const problem of problems) console.log(`FAIL ${problem}`);
  console.log(`at most ${Math.round(rss / 2 ** 20)} MiB`);
  console.log(`${expected} inputs expected, ${measured.length} run`);
  console.log(`${measured.length - problems.length} passed, ${problems.length} failed`);
  return problems.length === 0 && measured.length === expected ? 0 : 1;
}

process.exitCode = await main();
