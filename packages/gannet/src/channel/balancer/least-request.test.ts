import assert from "node:assert/strict";
import { test } from "node:test";
import { BalancerBench, type BenchCall } from "../testdata/balancer-bench.ts";

const OK = { ok: true, load: undefined };

function createBench(choiceCount: number | undefined, ...addresses: readonly string[]): BalancerBench {
  const bench = new BalancerBench({ least_request_experimental: choiceCount === undefined ? {} : { choiceCount } });
  bench.resolve(...addresses);
  bench.become("ready", ...addresses);
  return bench;
}

test("of two endpoints that are drawn the one with fewer calls under way is chosen", () => {
  const bench = createBench(undefined, "a", "b", "c");
  bench.chances = [0, 0, 0, 0.4, 0.4, 0];
  const calls = [bench.call(), bench.call(), bench.call()];
  assert.deepEqual(
    calls.map(({ outcome }) => outcome),
    ["a", "b", "b"],
  );
  calls[1]?.end(OK);
  calls[2]?.end(OK);
  bench.chances = [0, 0.4];
  assert.equal(bench.call().outcome, "b");
});

test("calls under way count on when other endpoints change", () => {
  const bench = createBench(10, "a", "b");
  const spreadOf = (calls: readonly BenchCall[]) => calls.filter(({ outcome }) => outcome === "a").length;
  bench.chances = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  assert.equal(bench.call().outcome, "a");
  bench.resolve("a", "b", "c");
  bench.chances = Array.from({ length: 20 }, (_, index) => (index % 2) / 2);
  assert.equal(spreadOf([bench.call(), bench.call()]), 1);
});

test("more than ten are not drawn, and less than two are refused", () => {
  assert.deepEqual(createBench(99).choice.config, { choiceCount: 10 });
  assert.throws(() => createBench(1), /least_request.choiceCount: expected a number from 2 to \d+, got 1/);
});

test("an endpoint counts once however often it was resolved, and its calls count down however they end", () => {
  const bench = createBench(2, "a", "a", "b");
  assert.equal(bench.subchannels.length, 2);
  bench.chances = [0, 0];
  bench.call().end({ ok: false, load: undefined });
  bench.chances = [0.5, 0];
  assert.equal(bench.call().outcome, "b");
  // Both have been chosen once; a is free again.
  bench.chances = [0.5, 0];
  assert.equal(bench.call().outcome, "a");
});

test("it is ready with one endpoint, connecting while one may become so, and failing once all have failed", () => {
  const bench = new BalancerBench({ least_request: {} });
  bench.resolve("a", "b");
  assert.equal(bench.state, "connecting");
  bench.become("transientFailure", "a");
  assert.equal(bench.state, "connecting");
  bench.become("transientFailure", "b");
  assert.equal(bench.state, "transientFailure");
  bench.become("idle", "a");
  assert.deepEqual(bench.in("connecting"), ["a"]);
  assert.equal(bench.state, "transientFailure");
  bench.become("ready", "a");
  assert.equal(bench.state, "ready");
  bench.become("idle", "a");
  assert.equal(bench.state, "connecting");
});
