import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Suite } from "../../conformance/suite.ts";
import { nodeProgram } from "../program/command.ts";
import { installGoProgram } from "../program/go.ts";
import { type JunitCase, readJunit } from "../program/read-junit.ts";
import { RunningProgram, runToEnd } from "../program/running-program.ts";

const MODULE = "github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible";
/** With strict cases. The commit that has 147 is not to be had from the Go module proxy. */
const CASES = 146;
const START_TIMEOUT_MS = 15_000;
const RUN_TIMEOUT_MS = 540_000;
/** For an answer to one case. */
const CASE_TIMEOUT_S = "2";

/** h2spec against the server. It shows where the server stands: a case that fails does not fail the run. */
export const h2specSuite: Suite = {
  summary: "h2spec against the server, plaintext; `--program FILE` for one that is installed",
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { program: { type: "string" } } });
    const program = values.program ?? (await installGoProgram(MODULE));
    const server = new RunningProgram(nodeProgram("server", ["--port=0"]));
    const folder = mkdtempSync(join(tmpdir(), "gannet-h2spec-"));
    try {
      const [, port = ""] = await server.waitFor(/^PORT (\d+)$/m, START_TIMEOUT_MS);
      const report = join(folder, "report.xml");
      const where = ["-h", "127.0.0.1", "-p", port];
      const { stderr } = await runToEnd(
        { file: program, args: [...where, "-S", "-o", CASE_TIMEOUT_S, "-j", report] },
        RUN_TIMEOUT_MS,
      );
      if (stderr !== "") console.error(stderr);
      return printCases(readJunit(readFileSync(report, "utf8")));
    } finally {
      rmSync(folder, { recursive: true });
      await server.stop();
    }
  },
};

/** Returns whether all cases ran, whatever came of them. */
function printCases(cases: readonly JunitCase[]): boolean {
  const of = (outcome: JunitCase["outcome"]) => cases.filter((one) => one.outcome === outcome);
  for (const { suite, name, text } of of("failed")) console.log(`  FAIL  ${suite}: ${name}\n        ${text}`);
  for (const { suite, name } of of("skipped")) console.log(`  skip  ${suite}: ${name}`);
  console.log(`\n${CASES} expected, ${cases.length} run`);
  console.log(
    `h2spec: ${of("passed").length} of ${cases.length} as the specification says, ${of("failed").length} not`,
  );
  const isWhole = cases.length >= CASES;
  // One case for the bar there is: that all of them ran.
  console.log(isWhole ? "1 passed, 0 failed" : "0 passed, 1 failed");
  return isWhole;
}
