/**
 * `npm run check`: everything about the code but its behaviour, each check to its end whatever the others found.
 *
 * Words on the command line choose checks by name. `--update-api` records the public API as it is now.
 */
import { parseArgs } from "node:util";
import {
  api,
  type Check,
  type CheckResult,
  deadCode,
  format,
  layers,
  links,
  lint,
  names,
  packageShape,
  promises,
  typeCheck,
  updateApiRecords,
  words,
} from "./checks/index.ts";
import { addTallies, formatSeconds, formatTally, indent, paint } from "./report/index.ts";

/** Types come first: they build what the later ones read. */
const CHECKS: readonly Check[] = [
  typeCheck,
  format,
  lint,
  layers,
  promises,
  deadCode,
  packageShape,
  api,
  names,
  links,
  words,
];

const MAX_DETAIL_LINES = 120;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { "update-api": { type: "boolean" } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((word) => !CHECKS.some(({ name }) => name === word));
  if (unknown.length > 0) {
    console.log(`no such check: ${unknown.join(", ")}; there are ${CHECKS.map(({ name }) => name).join(", ")}`);
    return 1;
  }
  if (values["update-api"] === true) updateApiRecords();
  const chosen = CHECKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const started = performance.now();
  const tallies: { readonly name: string; readonly result: CheckResult }[] = [];
  for (const check of chosen) tallies.push({ name: check.name, result: await runCheck(check) });
  const failed = tallies.filter(({ result }) => result.failed > 0).map(({ name }) => name);
  const closing = failed.length > 0 ? paint("red", `failed: ${failed.join(", ")}`) : "all is well";
  console.log(`\n${closing} ${paint("dim", `(${formatSeconds(performance.now() - started)})`)}`);
  console.log(formatTally(addTallies(tallies.map(({ result }) => result)), "check"));
  return failed.length === 0 ? 0 : 1;
}

async function runCheck({ name, about, run }: Check): Promise<CheckResult> {
  const started = performance.now();
  const result = await run().catch(
    (error: unknown): CheckResult => ({
      passed: 0,
      failed: 1,
      details: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }),
  );
  console.log(paint("dim", `${about}, ${formatSeconds(performance.now() - started)}`));
  const line = formatTally(result, name);
  console.log(result.failed > 0 ? paint("red", line) : line);
  if (result.failed > 0) console.log(indent(shorten(result.details)));
  return result;
}

function shorten(details: string): string {
  const lines = details.trimEnd().split("\n");
  if (lines.length <= MAX_DETAIL_LINES) return lines.join("\n");
  return [...lines.slice(0, MAX_DETAIL_LINES), `… and ${lines.length - MAX_DETAIL_LINES} more lines`].join("\n");
}

process.exitCode = await main();
