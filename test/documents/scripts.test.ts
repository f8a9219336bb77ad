import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const WORKSPACE = fileURLToPath(new URL("../../..", import.meta.url));

/** More than these nobody remembers. */
const MAX_SCRIPTS = 12;

test("CONTRIBUTING.md has a line for each npm script, and no others", () => {
  const manifest = readFileSync(join(WORKSPACE, "package.json"), "utf8");
  const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> };
  const table = readFileSync(join(WORKSPACE, "CONTRIBUTING.md"), "utf8");
  const documented = [...table.matchAll(/^\| `npm (?:run )?(\w+)/gm)].map(([, name = ""]) => name);
  assert.deepEqual(documented.sort(), Object.keys(scripts).sort());
  assert.ok(documented.length <= MAX_SCRIPTS);
});
