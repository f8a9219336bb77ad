import assert from "node:assert/strict";
import { test } from "node:test";
import { readLateCases, readTotals } from "./read-totals.ts";

test("the totals of a good run are read", () => {
  assert.deepEqual(readTotals("Total cases: 336\n336 passed, 0 failed\n"), {
    expected: 336,
    run: 336,
    passed: 336,
    failed: 0,
  });
});

test("known failures count as passed, and what did not run as expected", () => {
  const output = [
    "FAILED: Basic/unary/success:",
    "\texpecting 1 response messages but instead got 2",
    "",
    "Total cases: 20",
    "10 passed, 4 failed",
    "Another 3 could not be run due to client timing out or exiting prematurely.",
    "(Another 2 failed as expected due to being known failures/flakes.)",
  ].join("\n");
  assert.deepEqual(readTotals(output), { expected: 19, run: 16, passed: 12, failed: 4 });
});

test("cases that are about time are found among those that failed", () => {
  const output = [
    "FAILED: Basic/unary/success:",
    "\texpecting 1 response messages but instead got 2",
    "FAILED: Deadline Propagation/HTTPVersion:2/TLS:false/unary/success:",
    "\tserver echoed back a timeout (1371 ms) that did not match expected (2000 ms)",
    "",
    "10 passed, 2 failed",
  ].join("\n");
  assert.deepEqual(readLateCases(output), ["Deadline Propagation/HTTPVersion:2/TLS:false/unary/success"]);
});

test("a runner that did not get to its totals has run nothing", () => {
  assert.deepEqual(readTotals("error starting client"), { expected: 0, run: 0, passed: 0, failed: 0 });
});
