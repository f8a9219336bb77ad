import assert from "node:assert/strict";
import { test } from "node:test";
import { addTallies, formatTally } from "./tally.ts";

test("a tally is one line that programs can read", () => {
  assert.equal(formatTally({ passed: 3, failed: 0 }), "3 passed, 0 failed");
  assert.equal(formatTally({ passed: 3, failed: 1 }, "format"), "format: 3 passed, 1 failed");
});

test("a tally tells of skipped cases only where there are some", () => {
  assert.equal(formatTally({ passed: 3, failed: 0, skipped: 0 }), "3 passed, 0 failed");
  assert.equal(formatTally({ passed: 3, failed: 0, skipped: 2 }), "3 passed, 0 failed, 2 skipped");
});

test("tallies add up", () => {
  const sum = addTallies([
    { passed: 1, failed: 2 },
    { passed: 3, failed: 0, skipped: 4 },
  ]);
  assert.deepEqual(sum, { passed: 4, failed: 2, skipped: 4 });
});
