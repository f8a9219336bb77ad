import assert from "node:assert/strict";
import { test } from "node:test";
import { BalancerBench } from "../testdata/balancer-bench.ts";
import type { OutlierConfig } from "./outlier-config.ts";

const ADDRESSES = ["a", "b", "c", "d", "e"];
const CHILD = { childPolicy: [{ round_robin: {} }] };

/** Five endpoints that are ready. */
function createBench(config: object): BalancerBench {
  const bench = new BalancerBench({ outlier_detection: { ...CHILD, maxEjectionPercent: 50, ...config } });
  bench.resolve(...ADDRESSES);
  bench.become("ready", ...ADDRESSES);
  return bench;
}

/** Makes calls, so many for each endpoint in use, of which those to some fail. */
function call(bench: BalancerBench, perEndpoint: number, ...failing: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  for (let index = 0; index < perEndpoint * ADDRESSES.length; index++) {
    const { outcome, end } = bench.call();
    reached.add(outcome);
    end({ ok: !failing.includes(outcome), load: undefined });
  }
  return reached;
}

test("an endpoint that fails too many of its calls is out of use for half a minute, and keeps its connection", async () => {
  const bench = createBench({ failurePercentageEjection: {} });
  call(bench, 50, "c");
  await bench.clock.advance(10_000);
  assert.deepEqual([...call(bench, 1)].sort(), ["a", "b", "d", "e"]);
  assert.equal(bench.at("c").state, "ready");
  await bench.clock.advance(30_000);
  assert.ok(!call(bench, 1).has("c"));
  await bench.clock.advance(10_000);
  assert.ok(call(bench, 1).has("c"));
});

test("each further time in a row takes longer, and intervals without make it shorter again", async () => {
  const bench = createBench({ failurePercentageEjection: {}, baseEjectionTime: "10s" });
  const ejectedFor = async (): Promise<number> => {
    call(bench, 60, "c");
    await bench.clock.advance(10_000);
    let intervals = 0;
    while (!call(bench, 1).has("c")) {
      intervals++;
      await bench.clock.advance(10_000);
    }
    return intervals;
  };
  assert.equal(await ejectedFor(), 2);
  assert.equal(await ejectedFor(), 3);
  assert.equal(await ejectedFor(), 4);
  await bench.clock.advance(60_000);
  assert.equal(await ejectedFor(), 2);
});

test("an endpoint whose calls succeed much less than those of the others is out of use", async () => {
  const bench = createBench({ successRateEjection: { stdevFactor: 1900 } });
  call(bench, 100, "e");
  await bench.clock.advance(10_000);
  assert.ok(!call(bench, 1).has("e"));
  const even = createBench({ successRateEjection: { stdevFactor: 1900 } });
  call(even, 100, "c", "d", "e");
  await even.clock.advance(10_000);
  assert.equal(call(even, 1).size, 5);
});

test("no more endpoints are taken out of use than may be", async () => {
  const bench = createBench({ failurePercentageEjection: {}, maxEjectionPercent: 40 });
  call(bench, 50, "a", "b", "c");
  await bench.clock.advance(10_000);
  assert.equal(call(bench, 1).size, 3);
});

test("rules need enough endpoints with enough calls, and chance on their side", async () => {
  const few = createBench({ failurePercentageEjection: { minimumHosts: 6 } });
  const quiet = createBench({ failurePercentageEjection: { requestVolume: 51 } });
  const lenient = createBench({ failurePercentageEjection: { enforcementPercentage: 50 } });
  for (const bench of [few, quiet, lenient]) {
    call(bench, 50, "c");
    await bench.clock.advance(10_000);
    assert.equal(call(bench, 1).size, 5);
  }
});

test("without rules nothing is counted, and what was out of use is back", async () => {
  const bench = createBench({ failurePercentageEjection: {} });
  call(bench, 50, "c");
  await bench.clock.advance(10_000);
  const config = bench.configOf(CHILD);
  const endpoints = ADDRESSES.map((address) => bench.at(address).endpoint);
  bench.run(() => void bench.balancer.update({ endpoints, config, note: undefined }));
  assert.equal(call(bench, 1).size, 5);
  assert.equal(bench.clock.timers, 0);
});

test("percentages are at most a hundred, and times are not negative", () => {
  const parse = (config: object) => createBench({ ...config });
  assert.throws(
    () => parse({ maxEjectionPercent: 101 }),
    /maxEjectionPercent: expected a number from 0 to 100, got 101/,
  );
  assert.throws(() => parse({ interval: "-1s" }), /interval: expected a duration such as "1.5s", got "-1s"/);
  const percentage = { failurePercentageEjection: { threshold: 200 } };
  assert.throws(() => parse(percentage), /failurePercentageEjection.threshold: expected a number from 0 to 100/);
});

test("what is taken out of use is an endpoint with all its addresses, by the calls to all of them", async () => {
  const bench = new BalancerBench({
    outlier_detection: {
      ...CHILD,
      maxEjectionPercent: 50,
      failurePercentageEjection: { minimumHosts: 2, requestVolume: 50 },
    },
  });
  bench.resolve({ addresses: ["a1", "a2"] }, "b");
  bench.become("ready", "a1", "b");
  call(bench, 10, "a1");
  bench.become("idle", "a1");
  bench.become("transientFailure", "a1");
  bench.become("ready", "a2");
  call(bench, 10, "a2");
  await bench.clock.advance(10_000);
  assert.deepEqual([...call(bench, 1)], ["b"]);
  // It is the same endpoint with its addresses in another order, and stays out of use under its other address.
  bench.resolve({ addresses: ["a2", "a1"] }, "b");
  bench.become("idle", "a2");
  bench.become("transientFailure", "a2");
  bench.become("ready", "a1");
  assert.deepEqual([...call(bench, 1)], ["b"]);
  await bench.clock.advance(40_000);
  assert.deepEqual([...call(bench, 1)].sort(), ["a1", "b"]);
});

test("an endpoint that gets another address is another one, and not out of use", async () => {
  const bench = createBench({ failurePercentageEjection: {} });
  call(bench, 50, "c");
  await bench.clock.advance(10_000);
  assert.ok(!call(bench, 1).has("c"));
  bench.resolve("a", "b", { addresses: ["c", "c2"] }, "d", "e");
  bench.become("ready", "c");
  assert.ok(call(bench, 1).has("c"));
});

test("a pick_first under it takes no notice", async () => {
  const config = {
    childPolicy: [{ pick_first: {} }],
    failurePercentageEjection: { minimumHosts: 1 },
    maxEjectionPercent: 100,
  };
  const bench = new BalancerBench({ outlier_detection: config });
  bench.resolve("a", "b");
  bench.become("ready", "a");
  call(bench, 50, "a");
  await bench.clock.advance(10_000);
  assert.deepEqual(bench.spread(2), { a: 2 });
  assert.equal(bench.state, "ready");
});

test("being out of use lasts longest as the maximum says, and the base at least", async () => {
  const bench = createBench({ failurePercentageEjection: {}, baseEjectionTime: "30s", maxEjectionTime: "10s" });
  call(bench, 50, "c");
  await bench.clock.advance(10_000);
  let outMs = 0;
  for (; !call(bench, 1).has("c"); outMs += 10_000) await bench.clock.advance(10_000);
  assert.equal(outMs, 40_000);
  // Once more in a row: twice the base would be more than the maximum.
  call(bench, 60, "c");
  await bench.clock.advance(10_000);
  for (outMs = 0; !call(bench, 1).has("c"); outMs += 10_000) await bench.clock.advance(10_000);
  assert.equal(outMs, 40_000);
});

test("a share of failures at the threshold is not above it", async () => {
  const bench = createBench({ failurePercentageEjection: { threshold: 57, requestVolume: 100 } });
  const endAll = (failed: number) => {
    const counts: Record<string, number> = {};
    for (let index = 0; index < 500; index++) {
      const { outcome, end } = bench.call();
      const count = counts[outcome] ?? 0;
      counts[outcome] = count + 1;
      end({ ok: outcome !== "c" || count >= failed, load: undefined });
    }
  };
  endAll(57);
  await bench.clock.advance(10_000);
  assert.ok(call(bench, 1).has("c"));
  await bench.clock.advance(10_000);
  endAll(58);
  await bench.clock.advance(10_000);
  assert.ok(!call(bench, 1).has("c"));
});

test("a new interval counts from the start of the one under way, and defaults are as they should be", async () => {
  const bench = createBench({ failurePercentageEjection: {}, interval: "60s" });
  call(bench, 50, "c");
  await bench.clock.advance(8000);
  const changed = { ...CHILD, maxEjectionPercent: 50, failurePercentageEjection: {}, interval: "10s" };
  const shorter = bench.configOf(changed);
  const endpoints = ADDRESSES.map((address) => bench.at(address).endpoint);
  bench.run(() => void bench.balancer.update({ endpoints, config: shorter, note: undefined }));
  await bench.clock.advance(1999);
  assert.ok(call(bench, 1).has("c"));
  await bench.clock.advance(1);
  assert.ok(!call(bench, 1).has("c"));
  const both = { ...CHILD, successRateEjection: {}, failurePercentageEjection: {} };
  const { child, ...defaults } = bench.configOf(both) as OutlierConfig;
  assert.equal(child.policy.name, "round_robin");
  assert.deepEqual(defaults, {
    intervalMs: 10_000,
    baseEjectionMs: 30_000,
    maxEjectionMs: 300_000,
    maxEjectionPercent: 10,
    successRate: { stdevFactor: 1900, enforcementPercentage: 100, minimumHosts: 5, requestVolume: 100 },
    failurePercentage: { threshold: 85, enforcementPercentage: 100, minimumHosts: 5, requestVolume: 50 },
  });
});
