import assert from "node:assert/strict";
import { test } from "node:test";
import { CaseReport } from "./case-report.ts";

function report(known: Readonly<Record<string, string>> = {}): { report: CaseReport; lines: string[] } {
  const lines: string[] = [];
  return { report: new CaseReport(new Map(Object.entries(known)), (line) => lines.push(line)), lines };
}

test("a run is good when every case gave what was expected", () => {
  const { report: one, lines } = report();
  one.section("a section", 2);
  one.add({ name: "one", expected: "x", got: "x" });
  one.add({ name: "two", expected: "y", got: "y" });
  assert.equal(one.close(), true);
  assert.deepEqual(lines.slice(-2), ["\n2 expected, 2 run", "2 passed, 0 failed"]);
});

test("cases that a section announced and that did not come are failures", () => {
  const { report: one, lines } = report();
  one.section("a section", 3);
  one.add({ name: "one", expected: "x", got: "x" });
  one.section("another", 1);
  one.add({ name: "one", expected: "x", got: "x" });
  assert.equal(one.close(), false);
  assert.deepEqual(lines.slice(-2), ["\n4 expected, 2 run", "2 passed, 2 failed"]);
});

test("a case that gave something else, or did not run, is a failure", () => {
  const { report: one, lines } = report();
  one.add({ name: "one", expected: "x", got: "y" });
  one.add({ name: "two", expected: "x", got: undefined });
  assert.equal(one.close(), false);
  assert.deepEqual(lines.slice(-2), ["\n2 expected, 1 run", "0 passed, 2 failed"]);
});

test("a run without a case is not a good one", () => {
  assert.equal(report().report.close(), false);
});

test("a known failure is none, and fails the run once it passes", () => {
  const { report: failing } = report({ "a section › one": "a reason" });
  failing.section("a section", 1);
  failing.add({ name: "one", expected: "x", got: "y" });
  assert.equal(failing.close(), true);

  const { report: mended } = report({ "a section › one": "a reason" });
  mended.section("a section", 1);
  mended.add({ name: "one", expected: "x", got: "x" });
  assert.equal(mended.close(), false);
});
