/** The table of rules: each names tests that there are. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { workspace } from "../interop/folders.ts";

const PLACES = ["packages/gannet/src", "."].map((place) => join(workspace, place));
const REFERENCE = /`([\w./-]+\.test\.ts)`: ((?:(?!<br>).)+)/g;

const rows = readFileSync(join(workspace, "docs/grfcs.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| (?!rule )/.test(line))
  .map((line) => line.slice(2, -2).split(" | "));

test("each rule has a test, or says why it has none", () => {
  for (const row of rows) {
    assert.equal(row.length, 2, row.join());
    const [rule = "", tests = ""] = row;
    assert.ok(rule !== "" && tests !== "", row.join());
    assert.ok(tests.includes(".test.ts`: ") || tests.startsWith("not done: "), `${rule}: ${tests}`);
  }
  assert.ok(rows.length > 0);
});

test("names files and titles of tests that there are", () => {
  for (const [, tests = ""] of rows) {
    for (const [, path = "", title = ""] of tests.matchAll(REFERENCE)) {
      const place = PLACES.find((one) => existsSync(join(one, path)));
      assert.ok(place !== undefined, `there is no ${path}`);
      const source = readFileSync(join(place, path), "utf8").replaceAll(/\\(?=")/g, "");
      assert.ok(source.includes(title.trim()), `${path} has no test "${title.trim()}"`);
    }
  }
});
