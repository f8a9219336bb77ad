/**
 * Proves that the linters report what they should: writes a tree of files that break each layer rule, each promise
 * rule and the rules of style that matter most, beside files that keep them, lints it with the workspace's own
 * configuration, and compares line by line. Closes with `layers: N passed, N failed`.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { createFixture, type FixtureFile } from "./fixture.ts";

const workspace = fileURLToPath(new URL("../../..", import.meta.url));
const require = createRequire(import.meta.url);

/** What the configuration consists of. */
const CONFIGURATION = [
  "biome.jsonc",
  ".oxlintrc.json",
  ".gitignore",
  "lint",
  "tsconfig.base.json",
  "package.json",
  "packages/compiler/package.json",
  "packages/compiler/tsconfig.json",
  "packages/gannet/package.json",
  "packages/gannet/tsconfig.json",
  "packages/cli/package.json",
];

function main(): number {
  const files = createFixture();
  const tree = mkdtempSync(join(tmpdir(), "gannet-lint-"));
  try {
    writeTree(tree, files);
    const reported = new Set([...lintWithBiome(tree), ...lintWithOxlint(tree)]);
    const expected = new Set(files.flatMap(expectedReports));
    const isKept = (report: string): boolean => expected.has(report) === reported.has(report);
    const wrong = [...new Set([...expected, ...reported])].filter((report) => !isKept(report)).sort();
    for (const report of wrong) console.log(`${expected.has(report) ? "not reported" : "reported in vain"}: ${report}`);
    const lines = files.reduce((sum, { text }) => sum + text.split("\n").length - 1, 0);
    console.log(`${files.length} files, ${lines} lines, ${expected.size} of them wrong on purpose`);
    console.log(
      `layers: ${expected.size - wrong.filter((report) => expected.has(report)).length} passed, ${wrong.length} failed`,
    );
    return wrong.length === 0 && expected.size > 0 ? 0 : 1;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

function writeTree(tree: string, files: readonly FixtureFile[]): void {
  for (const path of CONFIGURATION) cpSync(join(workspace, path), join(tree, path), { recursive: true });
  symlinkSync(join(workspace, "node_modules"), join(tree, "node_modules"));
  for (const { path, text } of files) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
}

/** `path:line rule` for each mark in a file; line 0 where the rule is about the file as a whole. */
function expectedReports({ path, text }: FixtureFile): string[] {
  return text.split("\n").flatMap((line, index) => {
    const [, wholeFile, rules] = /\/\/ reports(-file)? ([\w -]+)$/.exec(line) ?? [];
    return (rules?.split(" ") ?? []).map((rule) => `${path}:${wholeFile === undefined ? index + 1 : 0} ${rule}`);
  });
}

function lintWithBiome(tree: string): string[] {
  const bin = join(dirname(require.resolve("@biomejs/biome/package.json")), "bin/biome");
  const output = run(tree, [bin, "lint", "--max-diagnostics=none", "--reporter=github"]);
  return [...output.matchAll(/^::\w+ title=([^,]+),file=([^,]+),line=(\d+)/gm)].map(
    ([, title = "", file = "", line = ""]) => {
      const rule = title.slice(title.lastIndexOf("/") + 1);
      return `${shorten(tree, file)}:${isAboutFile(rule) ? 0 : line} ${rule}`;
    },
  );
}

function lintWithOxlint(tree: string): string[] {
  const bin = join(dirname(require.resolve("oxlint/package.json")), "bin/oxlint");
  const output = run(tree, [bin, "--format=unix", "packages"]);
  return [...output.matchAll(/^(\S+):(\d+):\d+: .*\[\w+\/[\w-]+\(([\w-]+)\)\]$/gm)].map(
    ([, file = "", line = "", rule = ""]) => `${shorten(tree, file)}:${line} ${rule}`,
  );
}

function isAboutFile(rule: string): boolean {
  return rule === "useFilenamingConvention" || rule === "noExcessiveLinesPerFile";
}

function shorten(tree: string, file: string): string {
  return (file.startsWith(tree) ? relative(tree, file) : file).split(sep).join("/");
}

/** Runs a linter, which ends with 1 for what it finds. */
function run(cwd: string, args: readonly string[]): string {
  const { error, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8", maxBuffer: 1 << 28 });
  if (error !== undefined) throw error;
  return stdout + stderr;
}

process.exitCode = main();
