import assert from "node:assert/strict";
import { test } from "node:test";
import { BalancerBench } from "../testdata/balancer-bench.ts";
import type { Endpoint } from "./balancer.ts";

const MINUTE_MS = 60_000;

function targets(weights: Readonly<Record<string, number>>): object {
  const entries = Object.entries(weights).map(([name, weight]) => [
    name,
    { weight, childPolicy: [{ round_robin: {} }] },
  ]);
  return { targets: Object.fromEntries(entries) };
}

function under(target: string, address: string): Partial<Endpoint> {
  return { addresses: [address], attributes: new Map([["hierarchy", [target]]]) };
}

test("calls are divided by weights, and within a target by its own policy", () => {
  const bench = new BalancerBench({ weighted_target_experimental: targets({ east: 1, west: 3 }) });
  bench.resolve(under("east", "a"), under("west", "b"), under("west", "c"), "of no target");
  assert.deepEqual(bench.in("connecting"), ["a", "b", "c"]);
  bench.become("ready", "a", "b", "c");
  bench.chances = [0, 0.26, 0.5, 0.9];
  const { a, b = 0, c = 0 } = bench.spread(4);
  assert.equal(a, 1);
  assert.ok(b > 0 && c > 0);
});

test("targets that are not ready get no calls, and all have to fail for calls to fail", () => {
  const bench = new BalancerBench({ weighted_target: targets({ east: 1, west: 1 }) });
  bench.resolve(under("east", "a"), under("west", "b"));
  bench.become("transientFailure", "a");
  assert.equal(bench.state, "connecting");
  bench.become("transientFailure", "b");
  assert.equal(bench.state, "transientFailure");
  bench.chances = [0, 0.9];
  assert.deepEqual(bench.spread(2), { "fail: connect ECONNREFUSED a": 1, "fail: connect ECONNREFUSED b": 1 });
  bench.become("ready", "b");
  assert.deepEqual(bench.spread(2), { b: 2 });
});

test("a target that leaves is kept for a quarter of an hour, and is used again when it is back", async () => {
  const bench = new BalancerBench({ weighted_target: targets({ east: 1, west: 1 }) });
  bench.resolve(under("east", "a"), under("west", "b"));
  bench.become("ready", "a", "b");
  const config = bench.configOf(targets({ east: 1 }));
  bench.balancer.update({ endpoints: [], config, note: undefined });
  assert.deepEqual(bench.in("ready"), ["b"]);
  await bench.clock.advance(14 * MINUTE_MS);
  bench.resolve(under("east", "a"), under("west", "b"));
  bench.chances = [0.9];
  assert.equal(bench.call().outcome, "b");
  bench.balancer.update({ endpoints: [], config, note: undefined });
  await bench.clock.advance(15 * MINUTE_MS);
  assert.deepEqual(bench.in("ready"), []);
});

test("a weight and a policy are needed", () => {
  const parse = (config: object) => new BalancerBench({ weighted_target: config });
  assert.throws(() => parse({}), /weighted_target.targets: expected an object/);
  assert.throws(
    () => parse({ targets: { a: { childPolicy: [{ round_robin: {} }] } } }),
    /targets.a.weight: expected a number/,
  );
});

test("all states of targets add up to one: ready, else connecting, else idle, else failing", () => {
  const config = {
    targets: {
      east: { weight: 1, childPolicy: [{ pick_first: {} }] },
      west: { weight: 1, childPolicy: [{ pick_first: {} }] },
    },
  };
  const bench = new BalancerBench({ weighted_target: config });
  bench.resolve(under("east", "a"), under("west", "b"));
  assert.equal(bench.state, "connecting");
  bench.become("ready", "a", "b");
  assert.equal(bench.state, "ready");
  bench.become("idle", "a");
  assert.equal(bench.state, "ready");
  assert.deepEqual(bench.spread(2), { b: 2 });
  bench.become("idle", "b");
  assert.equal(bench.state, "idle");
  // A call connects the target that it is for.
  bench.chances = [0.9];
  assert.equal(bench.call().outcome, "queue");
  assert.deepEqual(bench.in("connecting"), ["b"]);
  assert.equal(bench.state, "connecting");
  bench.become("transientFailure", "b");
  assert.equal(bench.state, "idle");
});

test("a target has the share that its weight says, over many calls", () => {
  const bench = new BalancerBench({ weighted_target: targets({ east: 1, west: 3 }) });
  bench.resolve(under("east", "a"), under("west", "b"));
  bench.become("ready", "a", "b");
  bench.chances = Array.from({ length: 400 }, (_, index) => index / 400);
  assert.deepEqual(bench.spread(400), { a: 100, b: 300 });
});
