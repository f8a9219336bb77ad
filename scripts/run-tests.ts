/**
 * `npm test`: runs the built tests of the whole workspace, a process for each file.
 *
 * Words on the command line choose the files whose path has one of them. `--coverage` reports which lines ran.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { parseArgs } from "node:util";
import { runTool } from "./process/index.ts";
import { addTallies, formatSeconds, formatTally, indent, paint } from "./report/index.ts";
import { type FileResult, findTestFiles, ResultCollector, type TestFile } from "./test-run/index.ts";
import { workspace } from "./workspace.ts";

/** A file that takes longer hangs: the slowest takes half a minute, and ten times as long where others use the machine. */
const FILE_TIMEOUT_MS = 900_000;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { coverage: { type: "boolean" } }, allowPositionals: true });
  if (values.coverage === true) return measureCoverage(positionals);
  const chosen = findTestFiles().filter(
    ({ source }) => positionals.length === 0 || positionals.some((word) => source.includes(word)),
  );
  if (chosen.length === 0) {
    console.log(`no test file matches ${positionals.join(" or ")}`);
    console.log(formatTally({ passed: 0, failed: 0 }));
    return 1;
  }
  const started = performance.now();
  const results = await runFiles(chosen);
  for (const { cases } of results) for (const line of cases) console.log(`     ${line}`);
  for (const result of results) printFailures(result);
  const tally = addTallies(results);
  const seconds = formatSeconds(performance.now() - started);
  console.log(paint("dim", `\nNode ${process.versions.node}, ${results.length} files, ${seconds}`));
  console.log(formatTally(tally));
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1;
}

async function runFiles(files: readonly TestFile[]): Promise<readonly FileResult[]> {
  // So that stacks name the .ts files, and `gannet` is the modules that tests beside the code import, not the bundle of them.
  process.env["NODE_OPTIONS"] = `${process.env["NODE_OPTIONS"] ?? ""} --enable-source-maps --conditions=module`.trim();
  const collector = new ResultCollector(files);
  const paths = files.map(({ built }) => join(workspace, built));
  let current: FileResult | undefined;
  for await (const event of run({ files: paths, concurrency: availableParallelism(), timeout: FILE_TIMEOUT_MS })) {
    // Files run side by side, yet are reported one after the other: another file's first result ends this one.
    const result = collector.add(event);
    const isOutcome = event.type === "test:pass" || event.type === "test:fail";
    if (result === undefined || result === current || !isOutcome) continue;
    if (current !== undefined) printFile(current);
    current = result;
  }
  if (current !== undefined) printFile(current);
  collector.finish();
  return collector.results;
}

function printFile(result: FileResult): void {
  const { file, passed, failed, durationMs } = result;
  const mark = failed > 0 || passed === 0 ? paint("red", "FAIL") : paint("green", " ok ");
  console.log(`${mark} ${file.source} ${paint("dim", `${passed + failed} tests, ${formatSeconds(durationMs)}`)}`);
}

function printFailures({ file, failures, output }: FileResult): void {
  if (failures.length === 0) return;
  for (const { names, error } of failures) {
    console.log(`\n${paint("red", "FAIL")} ${paint("bold", [file.source, ...names].join(" › "))}`);
    console.log(indent(error));
  }
  if (output.trim() !== "")
    console.log(`${paint("dim", `  printed by ${file.source}:`)}\n${indent(output.trimEnd(), 4)}`);
}

/** Runs this program again, the tests below it watched by c8. */
async function measureCoverage(words: readonly string[]): Promise<number> {
  const { code, output } = await runTool("c8", [
    "--include=packages/*/src/**",
    "--exclude=**/*.test.*",
    "--exclude-after-remap",
    "--reporter=text",
    process.execPath,
    join(workspace, "scripts/dist/run-tests.js"),
    ...words,
  ]);
  console.log(output.trimEnd());
  return code;
}

process.exitCode = await main();
