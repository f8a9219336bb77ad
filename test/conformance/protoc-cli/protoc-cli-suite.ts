import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Suite } from "../../suite/suite.ts";
import { cases } from "./cases.ts";
import { compareDescriptors } from "./compare-descriptors.ts";
import { compareRuns } from "./compare-runs.ts";
import { compareTexts } from "./compare-texts.ts";
import { createTemplate, runCase } from "./run-case.ts";

const DEFAULT_MESSAGES = 100;

const usage = `Usage: npm run conformance -- protoc-cli [OPTIONS]

  --only NAME    cases with that in their name, and neither descriptors nor messages
  --messages N   how many messages of each type to decode and encode as text (default ${DEFAULT_MESSAGES})
  --seed S       the first of the seeds that they are made by (default 1)`;

/** `npm run conformance -- protoc-cli`. */
export const protocCliSuite: Suite = { summary: "protoc's flags: what both write, print and end with", run };

async function run(args: readonly string[]): Promise<boolean> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.error(usage);
    return false;
  }
  const { only, messages, seed } = options;
  const template = realpathSync(mkdtempSync(join(tmpdir(), "gannet-protoc-cli-template-")));
  try {
    createTemplate(template);
    const tally = { expected: 0, run: 0, failed: 0 };
    await runCases(template, only ?? "", tally);
    if (only === undefined) await compareDescriptors(template, tally, (line) => console.log(line));
    if (only === undefined) await compareTexts(template, { messages, seed }, tally, (line) => console.log(line));
    console.log(`${tally.expected} expected, ${tally.run} run`);
    console.log(`${tally.run - tally.failed} passed, ${tally.failed} failed`);
    return tally.failed === 0 && tally.run >= tally.expected && tally.run > 0;
  } finally {
    rmSync(template, { recursive: true, force: true });
  }
}

async function runCases(
  template: string,
  only: string,
  tally: { expected: number; run: number; failed: number },
): Promise<void> {
  const wanted = cases.filter(({ name }) => name.includes(only));
  tally.expected += wanted.length;
  let differing = 0;
  for (const one of wanted) {
    const { theirs, ours } = await runCase(one, template);
    const found = compareRuns(one, theirs, ours);
    tally.run++;
    if (one.difference !== undefined) differing++;
    if (found.length === 0) continue;
    tally.failed++;
    console.log(`${one.name}: ${String(one.args)}\n${found.map((line) => `  ${line}`).join("\n")}`);
  }
  console.log(
    `command lines: ${wanted.length} expected, ${tally.run} run, ${differing} of them differ for a reason that is given`,
  );
}

interface SuiteOptions {
  readonly only: string | undefined;
  readonly messages: number;
  readonly seed: number;
}

function parseOptions(args: readonly string[]): SuiteOptions | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: "string" },
        messages: { type: "string", default: String(DEFAULT_MESSAGES) },
        seed: { type: "string", default: "1" },
      },
    });
    const [messages, seed] = [Number(values.messages), Number(values.seed)];
    if (!Number.isInteger(messages) || !Number.isInteger(seed))
      throw new TypeError("--messages and --seed take numbers");
    return { only: values.only, messages, seed };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}
