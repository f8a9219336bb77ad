import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const WORKSPACE = fileURLToPath(new URL("../../..", import.meta.url));
/** The first column of the tables. */
const DOCUMENTED = listMatches(
  readFileSync(join(WORKSPACE, "docs/diagnostics.md"), "utf8").replaceAll(/^(\|[^|]*\|).*$|^.*$/gm, "$1"),
  /`([a-z0-9-]+)`/g,
);

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

function readFiles(folder: string, ending: string, except?: string): string[] {
  return readdirSync(join(WORKSPACE, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending) && (except === undefined || !path.endsWith(except)))
    .map((path) => readFileSync(join(WORKSPACE, folder, path), "utf8"));
}

function listMatches(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].map(([, word = ""]) => word));
}
