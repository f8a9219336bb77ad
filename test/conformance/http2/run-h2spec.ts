import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installGoProgram } from "../../interop/program/go.ts";
import { createIdentityFiles } from "../../interop/program/identity-files.ts";
import { type JunitCase, readJunit } from "../../interop/program/read-junit.ts";
import { RunningProgram, runToEnd } from "../../interop/program/running-program.ts";
import type { Tally } from "./tally.ts";

const MODULE = "github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible";
/** With strict cases. Later commits have one more; the Go module proxy has none of them. */
const CASES = 146;
const SERVER = fileURLToPath(new URL("./page-server.js", import.meta.url));
const START_TIMEOUT_MS = 15_000;
const RUN_TIMEOUT_MS = 540_000;
/** For an answer to one case. */
const CASE_TIMEOUT_S = "2";

/**
 * Runs h2spec against a server of gannet that answers plain requests, in plaintext and over TLS.
 *
 * @param program h2spec, where it is installed already
 */
export async function runH2spec(program: string | undefined): Promise<Tally> {
  const h2spec = program ?? (await installGoProgram(MODULE));
  const plain = await runOnce(h2spec, "h2c", [], []);
  const identity = await createIdentityFiles();
  try {
    const tls = await runOnce(h2spec, "tls", [identity.cert, identity.key], ["-t", "-k"]);
    return { passed: plain.passed + tls.passed, failed: plain.failed + tls.failed };
  } finally {
    identity.remove();
  }
}

async function runOnce(
  h2spec: string,
  name: string,
  serverArgs: readonly string[],
  flags: readonly string[],
): Promise<Tally> {
  const server = new RunningProgram({ file: process.execPath, args: [SERVER, ...serverArgs] });
  const folder = mkdtempSync(join(tmpdir(), "gannet-h2spec-"));
  try {
    const [, port = ""] = await server.waitFor(/^PORT (\d+)$/m, START_TIMEOUT_MS);
    const report = join(folder, "report.xml");
    const args = ["-h", "127.0.0.1", "-p", port, "-S", "-o", CASE_TIMEOUT_S, ...flags, "-j", report];
    const { stderr } = await runToEnd({ file: h2spec, args }, RUN_TIMEOUT_MS);
    if (stderr !== "") console.error(stderr);
    return printCases(name, readJunit(readFileSync(report, "utf8")));
  } finally {
    rmSync(folder, { recursive: true });
    await server.stop();
  }
}

/** Every case that did not run, or was skipped, counts as failed. */
function printCases(name: string, cases: readonly JunitCase[]): Tally {
  const passed = cases.filter(({ outcome }) => outcome === "passed").length;
  for (const { suite, name: title, outcome, text } of cases) {
    if (outcome !== "passed") console.log(`  ${outcome}  ${suite}: ${title}\n        ${text}`);
  }
  console.log(`  h2spec, ${name}: ${CASES} expected, ${cases.length} run`);
  const failed = Math.max(CASES, cases.length) - passed;
  console.log(`h2spec-${name}: ${passed} passed, ${failed} failed`);
  return { passed, failed };
}
