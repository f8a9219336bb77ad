import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { workspace } from "../../interop/folders.ts";
import { runOrThrow } from "../../interop/program/run-or-throw.ts";
import { RunningProgram } from "../../interop/program/running-program.ts";
import { tryAgain } from "../../interop/program/try-again.ts";
import type { Suite } from "../../suite/suite.ts";
import { describeFeatures, expectedCases } from "./features.ts";
import { knownFailures } from "./known-failures.ts";
import { readLateCases, readTotals, type Totals } from "./read-totals.ts";

const MODULE = "connectrpc.com/conformance/cmd/connectconformance@v1.0.5";
const INSTALL_TIMEOUT_MS = 540_000;
const RUN_TIMEOUT_MS = 900_000;
/** What does not keep its time fails each time, what was late on a busy machine does not. */
const LATE_ATTEMPTS = 5;

const MODES = ["client", "server"] as const;
type Mode = (typeof MODES)[number];

const usage = `Usage: npm run conformance -- connect [OPTIONS]

  --mode MODE     client or server only, instead of both
  --run PATTERN   the cases of that pattern only, such as '**/TLS:true/**'; may be repeated
  --trace         shows the HTTP traffic of cases that fail`;

/** `npm run conformance -- connect`. */
export const connectSuite: Suite = { summary: "the Connect conformance suite, for the gRPC protocol", run };

async function run(args: readonly string[]): Promise<boolean> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.error(usage);
    return false;
  }
  const folder = mkdtempSync(join(tmpdir(), "gannet-connect-"));
  try {
    const runner = await installRunner(folder);
    const config = join(folder, "features.yaml");
    writeFileSync(config, describeFeatures());
    const totals: ModeTotals[] = [];
    for (const mode of options.modes) totals.push(await runMode(mode, runner, config, options));
    return printTotals(totals);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface SuiteOptions {
  readonly modes: readonly Mode[];
  readonly patterns: readonly string[];
  readonly trace: boolean;
}

function parseOptions(args: readonly string[]): SuiteOptions | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        mode: { type: "string" },
        run: { type: "string", multiple: true, default: [] },
        trace: { type: "boolean", default: false },
      },
    });
    const modes = MODES.filter((mode) => values.mode === undefined || values.mode === mode);
    if (modes.length === 0) throw new TypeError(`--mode is client or server, not ${values.mode}`);
    return { modes, patterns: values.run, trace: values.trace };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}

/**
 * Builds the suite's runner. Its path is in `folder`.
 *
 * @throws Error with Go's words
 */
async function installRunner(folder: string): Promise<string> {
  const install = { file: "go", args: ["install", MODULE], env: { GOBIN: folder } };
  await tryAgain(() => runOrThrow(install, INSTALL_TIMEOUT_MS));
  return join(folder, "connectconformance");
}

interface ModeTotals extends Totals {
  readonly mode: Mode;
}

/** Runs the cases for our client, or for our server, and prints what failed. */
async function runMode(mode: Mode, runner: string, config: string, options: SuiteOptions): Promise<ModeTotals> {
  const { program, code } = await runCases(mode, runner, config, options);
  const totals = readTotals(program.stdout);
  const expected = options.patterns.length === 0 ? Math.max(expectedCases(mode), totals.expected) : totals.expected;
  // The runner may end badly without a case to blame.
  if (totals.failed === 0 && code !== 0) return { ...totals, mode, expected, failed: 1 };
  const inTime = await runLateAgain(mode, runner, config, options, program.stdout);
  return { ...totals, mode, expected, passed: totals.passed + inTime, failed: totals.failed - inTime };
}

/** Runs each case again that is about time and failed, by itself. Gives how many are good then. */
async function runLateAgain(
  mode: Mode,
  runner: string,
  config: string,
  { trace }: SuiteOptions,
  output: string,
): Promise<number> {
  let inTime = 0;
  for (const name of readLateCases(output)) {
    let isGood = false;
    for (let time = 0; time < LATE_ATTEMPTS && !isGood; time++) {
      const { program, code } = await runCases(mode, runner, config, { modes: [mode], patterns: [name], trace });
      const { passed, failed } = readTotals(program.stdout);
      isGood = code === 0 && passed === 1 && failed === 0;
    }
    if (isGood) inTime++;
  }
  return inTime;
}

/** Runs the runner to its end, and prints what it says. */
async function runCases(
  mode: Mode,
  runner: string,
  config: string,
  { patterns, trace }: SuiteOptions,
): Promise<{ readonly program: RunningProgram; readonly code: number }> {
  const begun = Date.now();
  const program = new RunningProgram({
    file: runner,
    args: [
      ...["--mode", mode, "--conf", config],
      ...[...knownFailures[mode].keys()].flatMap((pattern) => ["--known-failing", pattern]),
      ...patterns.flatMap((pattern) => ["--run", pattern]),
      ...(trace ? ["--trace"] : []),
      ...["--", process.execPath, "--enable-source-maps"],
      join(workspace, "test/dist/conformance/connect", `${mode}.js`),
    ],
  });
  const code = await program.waitForEnd(RUN_TIMEOUT_MS);
  const seconds = Math.round((Date.now() - begun) / 1_000);
  console.log(`\nconnect-${mode}, ${seconds} s:`);
  for (const line of `${program.stdout}${program.stderr}`.trimEnd().split("\n")) console.log(`  ${line}`);
  return { program, code };
}

function printTotals(totals: readonly ModeTotals[]): boolean {
  let allPassed = 0;
  let allFailed = 0;
  for (const { mode, expected, run, passed, failed } of totals) {
    const failedOrMissing = failed + expected - run;
    console.log(`\nconnect-${mode}: ${expected} expected, ${run} run`);
    console.log(`connect-${mode}: ${passed} passed, ${failedOrMissing} failed`);
    allPassed += passed;
    allFailed += failedOrMissing;
  }
  console.log(`${allPassed} passed, ${allFailed} failed`);
  return allFailed === 0 && allPassed > 0;
}
