import { fileURLToPath } from "node:url";
import { installGoProgram } from "../../interop/program/go.ts";
import { findFreePorts } from "../../interop/program/ports.ts";
import { runToEnd } from "../../interop/program/running-program.ts";
import type { Tally } from "./tally.ts";

const MODULE = "github.com/summerwind/h2spec/cmd/h2specd@v2.2.1+incompatible";
const CASES = 57;
const CLIENT = fileURLToPath(new URL("./request-client.js", import.meta.url));
const RUN_TIMEOUT_MS = 540_000;

/**
 * Runs h2specd: servers that break the rules, one for each case, and a client of gannet that calls them.
 *
 * @param program h2specd, where it is installed already
 */
export async function runH2specd(program: string | undefined): Promise<Tally> {
  const h2specd = program ?? (await installGoProgram(MODULE));
  // Each case has a server of its own behind that one's port.
  const port = await findFreePorts(CASES + 1);
  const args = ["-p", String(port), "-f", String(port + 1), "-e", `${process.execPath} ${CLIENT}`];
  const { stdout, stderr } = await runToEnd({ file: h2specd, args }, RUN_TIMEOUT_MS);
  const [, run = "0", passed = "0"] = /^(\d+) tests, (\d+) passed/m.exec(stdout) ?? [];
  for (const [line] of stdout.matchAll(/^.*✘.*(?:\n\s+->.*)*/gm)) console.log(`  FAIL  ${line.trim()}`);
  if (run === "0") console.log(`${stdout}${stderr}`.slice(-2_000));
  const failed = Math.max(CASES, Number(run)) - Number(passed);
  console.log(`  h2specd: ${CASES} expected, ${run} run`);
  console.log(`h2specd: ${passed} passed, ${failed} failed`);
  return { passed: Number(passed), failed };
}
