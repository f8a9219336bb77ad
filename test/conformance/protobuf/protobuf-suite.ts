import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd } from "../../interop/program/running-program.ts";
import type { Suite } from "../../suite/suite.ts";
import { installRunner, type Runner } from "./install-runner.ts";
import { generateFiles } from "./load-files.ts";

/** How many tests the runner has: of the binary and JSON formats, and of the text format. */
const EXPECTED = [5567, 883] as const;
const TIMEOUT_MS = 300_000;
/** The runner takes 2024 as well, and has the same tests then: there are no messages of that edition among its files. */
const MAXIMUM_EDITION = "2023";
const TESTEE = fileURLToPath(new URL("./testee.js", import.meta.url));

const FORBIDDEN = ["--disallow-code-generation-from-strings"];
/** What the codecs are tried with. Where evaluation is forbidden, `compiled` has to fall back by itself. */
const OUTLETS = [
  { name: "compiled", nodeOptions: [], mode: "compiled" },
  { name: "ahead-of-time", nodeOptions: FORBIDDEN, mode: "ahead-of-time" },
  { name: "evaluation-forbidden", nodeOptions: FORBIDDEN, mode: "fallback" },
] as const;

/** Protobuf's own suite: binary by our codecs, JSON and text by `@bufbuild/protobuf`. */
export const protobufSuite: Suite = {
  summary: "our codecs in protobuf's own conformance suite",
  async run() {
    const runner = await installRunner();
    let passed = 0;
    let failed = 0;
    for (const { name, nodeOptions, mode } of OUTLETS) {
      const tally = await runWith(runner, name, nodeOptions, mode);
      passed += tally.passed;
      failed += tally.failed;
    }
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 && passed > 0;
  },
};

interface Tally {
  readonly passed: number;
  readonly failed: number;
}

async function runWith(
  { command, include }: Runner,
  name: string,
  nodeOptions: readonly string[],
  mode: string,
): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "gannet-conformance-"));
  try {
    const generated = join(folder, "generated");
    if (mode === "ahead-of-time") await generateFiles(include, generated);
    const files = mode === "ahead-of-time" ? generated : include;
    const testee = writeTestee(folder, [process.execPath, ...nodeOptions, TESTEE, files, mode]);
    const args = [...command.args, "--enforce_recommended", "--maximum_edition", MAXIMUM_EDITION, testee];
    const { stdout, stderr } = await runToEnd({ ...command, args, cwd: folder }, TIMEOUT_MS);
    return summarize(name, stdout + stderr);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The runner takes a program without arguments. */
function writeTestee(folder: string, command: readonly string[]): string {
  const path = join(folder, "testee");
  writeFileSync(path, `#!/bin/sh\nexec ${command.map((part) => `'${part.replaceAll("'", `'\\''`)}'`).join(" ")}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Prints how many tests there were, and those that failed; fewer than expected count as failed. */
function summarize(name: string, output: string): Tally {
  const lines = [
    ...output.matchAll(/(\d+) successes, (\d+) skipped, (\d+) expected failures, (\d+) unexpected failures/g),
  ];
  let passed = 0;
  let failed = 0;
  for (const [index, expected] of EXPECTED.entries()) {
    const counts = lines[index]?.slice(1).map(Number) ?? [];
    const [successes = 0] = counts;
    const run = counts.reduce((sum, count) => sum + count, 0);
    console.log(
      `  ${name}, ${index === 0 ? "binary and JSON" : "text"}: ${expected} expected, ${run} run, ${successes} passed`,
    );
    passed += successes;
    failed += Math.max(expected, run) - successes;
  }
  if (failed > 0) for (const [failure] of output.matchAll(/^ {2}\S+ # .*$/gm)) console.log(`    ${failure.trim()}`);
  if (lines.length === 0) console.log(output.slice(-2000));
  console.log(`${name}: ${passed} passed, ${failed} failed`);
  return { passed, failed };
}
