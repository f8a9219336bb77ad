import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { workspace } from "../workspace.ts";
import { type FileResult, ResultCollector } from "./collect-results.ts";

const SOURCE = "packages/compiler/src/lexer/lexer.test.ts";
const BUILT = "packages/compiler/dist/lexer/lexer.test.js";

test("passes and failures are counted for the file that they come from", () => {
  const result = collect([pass("adds"), fail("subtracts", new Error("3 is not 2"))]);
  assert.deepEqual([result.passed, result.failed], [1, 1]);
  assert.deepEqual(result.failures[0]?.names, ["subtracts"]);
  assert.match(result.failures[0].error, /3 is not 2/);
});

test("a failure is named with the suites around it, which are not counted themselves", () => {
  const result = collect([
    event("test:start", { name: "numbers", nesting: 0 }),
    event("test:start", { name: "subtracts", nesting: 1 }),
    fail("subtracts", new Error("3 is not 2"), { nesting: 1 }),
    fail("numbers", failedBelow(), { type: "suite" }),
  ]);
  assert.deepEqual([result.passed, result.failed], [0, 1]);
  assert.deepEqual(result.failures[0]?.names, ["numbers", "subtracts"]);
});

test("a skipped test is neither passed nor failed", () => {
  const result = collect([pass("adds"), pass("later", { skip: true })]);
  assert.deepEqual([result.passed, result.failed, result.skipped], [1, 0, 1]);
});

test("a file that crashes has failed", () => {
  assert.equal(collect([fail(join(workspace, BUILT), new Error("test failed"))]).failed, 1);
});

test("a file without a test has failed", () => {
  const result = collect([pass(join(workspace, BUILT))]);
  assert.equal(result.failed, 1);
  assert.match(result.failures[0]?.error ?? "", /no test/);
});

test("a suite that ran fewer cases than it has fails, whether it printed or reported that", () => {
  for (const type of ["test:stdout", "test:diagnostic"] as const) {
    const result = collect([pass("all"), event(type, { message: "corpus: 200 files expected, 199 run\n" })]);
    assert.equal(result.failed, 1);
    assert.deepEqual(result.cases, ["corpus: 200 files expected, 199 run"]);
  }
});

test("a suite that ran all its cases says so", () => {
  const result = collect([
    pass("all"),
    event("test:stdout", { message: "corpus: 200 files expected, 200 run, 3 ms\n" }),
  ]);
  assert.equal(result.failed, 0);
  assert.equal(result.cases.length, 1);
});

function collect(events: readonly TestEvent[]): FileResult {
  const collector = new ResultCollector([{ source: SOURCE, built: BUILT }]);
  for (const each of events) collector.add(each);
  collector.finish();
  const [result] = collector.results;
  assert.ok(result);
  return result;
}

function event(type: TestEvent["type"], data: object): TestEvent {
  return { type, data: { file: join(workspace, BUILT), nesting: 0, ...data } } as unknown as TestEvent;
}

function pass(name: string, more: object = {}): TestEvent {
  return event("test:pass", { name, details: { duration_ms: 1 }, ...more });
}

function fail(name: string, error: Error, more: { nesting?: number; type?: string } = {}): TestEvent {
  return event("test:fail", { name, details: { duration_ms: 1, error, type: more.type }, nesting: more.nesting ?? 0 });
}

function failedBelow(): Error {
  return Object.assign(new Error("1 subtest failed"), { failureType: "subtestsFailed" });
}
