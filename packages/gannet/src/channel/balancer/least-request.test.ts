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
