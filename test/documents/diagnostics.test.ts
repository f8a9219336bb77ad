import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const WORKSPACE = fileURLToPath(new URL("../../..", import.meta.url));
const [COMPILER_PART = "", COMMAND_LINE_PART = ""] = readFileSync(join(WORKSPACE, "docs/diagnostics.md"), "utf8").split(
  "\n## The command line\n",
);
/** The first column of the tables. */
const DOCUMENTED = idsOf(COMPILER_PART);

/** What no file of the golden cases can show, with the reason. */
const NOT_SHOWN: ReadonlyMap<string, string> = new Map([
  ["file-not-found", "a case is there"],
  ["file-unreadable", "a case can be read"],
  ["fields-too-many", "a case of 65,536 fields would be larger than all the others"],
  ["descriptor-invalid", "no text is so"],
  ["internal-error", "none is known"],
]);
/** Made of the codes of the library that parses command lines. */
const OF_COMMANDER = ["unknown-option"];

test("every diagnostic that a golden case shows is documented", () => {
  const shown = readFiles("test/golden/cases", ".expected.txt").flatMap((text) => [
    ...listMatches(text, /: .* \[([a-z0-9-]+)\]$/gm),
  ]);
  assert.ok(shown.length > 200);
  assert.deepEqual(
    [...new Set(shown)].filter((id) => !DOCUMENTED.has(id)),
    [],
  );
});

test("every diagnostic that is documented has a golden case, or a reason why it has none", () => {
  const shown = new Set(
    readFiles("test/golden/cases", ".expected.txt").flatMap((text) => [
      ...listMatches(text, /: .* \[([a-z0-9-]+)\]$/gm),
    ]),
  );
  assert.deepEqual(
    [...DOCUMENTED].filter((id) => !shown.has(id)),
    [...NOT_SHOWN.keys()].filter((id) => DOCUMENTED.has(id)).sort(orderOf([...DOCUMENTED])),
  );
});

test("every row says what the id means, an example, and what to write in its place", () => {
  for (const part of [COMPILER_PART, COMMAND_LINE_PART]) {
    const rows = [...part.matchAll(/^\| `[a-z0-9-]+` .*$/gm)].map(([row]) =>
      row.split(/(?<!\\)\|/).map((cell) => cell.trim()),
    );
    assert.ok(rows.length > 40);
    for (const cells of rows) {
      assert.equal(cells.length, 6, cells.join(" | "));
      assert.ok(
        cells.slice(1, 5).every((cell) => cell !== ""),
        cells.join(" | "),
      );
    }
  }
});

test("what the command line says is documented too, and all that is documented is said", () => {
  const sources = readFiles("packages/cli/src", ".ts", ".test.ts").join("\n");
  const made = new Set([
    ...listMatches(sources, /\bid(?:: | = )"([a-z0-9-]+)"/g),
    ...listMatches(sources, /problem\([^,()]*, "([a-z0-9-]+)"/g),
  ]);
  for (const id of OF_COMMANDER) made.add(id);
  assert.deepEqual([...made].sort(), [...idsOf(COMMAND_LINE_PART)].sort());
});

test("every diagnostic that is documented is one that the compiler makes, and the other way round", () => {
  const sources = readFiles("packages/compiler/src", ".ts", ".test.ts").join("\n");
  // The first string of a call that is in the way of an id; what stands before it may have calls in it.
  const calls =
    /(?:\berror|\bwarning|\breport|\breportBehind|\bfileError|#error|#breakToken)\((?:[^()"`]|\((?:[^()]|\([^()]*\))*\))*?"([a-z0-9-]+)"/g;
  const values = [...sources.matchAll(/\bid(?:: | = |\b[^\n=]* \?\? )[^\n;]*/g)].map(([text]) => text).join("\n");
  const made = new Set([...listMatches(sources, calls), ...listMatches(values, /"([a-z0-9-]+)"/g)]);
  assert.ok(DOCUMENTED.size > 90);
  assert.deepEqual(
    [...DOCUMENTED].filter((id) => !made.has(id)),
    [],
    "documented, and not made",
  );
  // A single word may be something else than an id; the cases above would show one that is.
  assert.deepEqual(
    [...made].filter((id) => id.includes("-") && !DOCUMENTED.has(id)),
    [],
    "made, and not documented",
  );
});

function idsOf(part: string): Set<string> {
  return listMatches(part, /^\| `([a-z0-9-]+)` \|/gm);
}

function orderOf(list: readonly string[]): (a: string, b: string) => number {
  return (a, b) => list.indexOf(a) - list.indexOf(b);
}

function readFiles(folder: string, ending: string, except?: string): string[] {
  return readdirSync(join(WORKSPACE, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending) && (except === undefined || !path.endsWith(except)))
    .map((path) => readFileSync(join(WORKSPACE, folder, path), "utf8"));
}

function listMatches(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].map(([, word = ""]) => word));
}
