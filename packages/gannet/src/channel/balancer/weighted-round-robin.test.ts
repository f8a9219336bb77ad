import assert from "node:assert/strict";
import { test } from "node:test";
import { BalancerBench } from "../testdata/balancer-bench.ts";
import type { LoadReport } from "./balancer.ts";

const IDLE: LoadReport = {
  cpuUtilization: 0,
  memoryUtilization: 0,
  applicationUtilization: 0,
  requestsPerSecond: 0,
  errorsPerSecond: 0,
};

function createBench(config: object, ...addresses: readonly string[]): BalancerBench {
  const bench = new BalancerBench({ weighted_round_robin: config });
  bench.resolve(...addresses);
  bench.become("ready", ...addresses);
  return bench;
}

/** Has each endpoint report its load with a call. */
function report(bench: BalancerBench, loads: Readonly<Record<string, Partial<LoadReport>>>): void {
  const missing = new Set(Object.keys(loads));
  for (let calls = 0; missing.size > 0 && calls < 1000; calls++) {
    const call = bench.call();
    const load = loads[call.outcome];
    call.end({ ok: true, load: load && { ...IDLE, ...load } });
    missing.delete(call.outcome);
  }
  assert.deepEqual([...missing], []);
}

test("without reports calls go around", () => {
  assert.deepEqual(createBench({}, "a", "b", "c").spread(30), { a: 10, b: 10, c: 10 });
});

test("once endpoints have reported for ten seconds, each gets what it can take", async () => {
  const bench = createBench({}, "a", "b");
  const loads = {
    a: { cpuUtilization: 0.5, requestsPerSecond: 100 },
    b: { cpuUtilization: 0.5, requestsPerSecond: 300 },
  };
  report(bench, loads);
  assert.deepEqual(bench.spread(100), { a: 50, b: 50 });
  await bench.clock.advance(9999);
  report(bench, loads);
  assert.deepEqual(bench.spread(100), { a: 50, b: 50 });
  await bench.clock.advance(1001);
  const { a = 0, b = 0 } = bench.spread(1000);
  assert.ok(Math.abs(a - 250) <= 2 && Math.abs(b - 750) <= 2, `${a} and ${b}`);
});

test("what the application says counts instead of the processor, and errors make an endpoint look busier", async () => {
  const bench = createBench({ blackoutPeriod: "0s", errorUtilizationPenalty: 2 }, "a", "b", "c");
  report(bench, {
    a: { applicationUtilization: 0.25, cpuUtilization: 1, requestsPerSecond: 100 },
    b: { cpuUtilization: 0.5, requestsPerSecond: 100 },
    c: { cpuUtilization: 0.5, requestsPerSecond: 100, errorsPerSecond: 25 },
  });
  await bench.clock.advance(1000);
  const { a = 0, b = 0, c = 0 } = bench.spread(7000);
  assert.ok(Math.abs(a - 4000) < 20 && Math.abs(b - 2000) < 20 && Math.abs(c - 1000) < 20, `${a}, ${b} and ${c}`);
});

test("a weight that is not reported anew is forgotten after three minutes", async () => {
  const bench = createBench({ blackoutPeriod: "0s" }, "a", "b");
  report(bench, { a: { cpuUtilization: 0.1, requestsPerSecond: 1 }, b: { cpuUtilization: 0.9, requestsPerSecond: 1 } });
  await bench.clock.advance(1000);
  assert.notDeepEqual(bench.spread(100), { a: 50, b: 50 });
  await bench.clock.advance(180_000);
  assert.deepEqual(bench.spread(100), { a: 50, b: 50 });
});

test("an endpoint that says nothing gets what the others get in the mean", async () => {
  const bench = createBench({ blackoutPeriod: "0s" }, "a", "b", "c");
  report(bench, { a: { cpuUtilization: 1, requestsPerSecond: 100 }, b: { cpuUtilization: 1, requestsPerSecond: 300 } });
  await bench.clock.advance(1000);
  const { c = 0 } = bench.spread(600);
  assert.ok(Math.abs(c - 200) <= 2, `${c}`);
});

test("an endpoint that was connected anew starts without a weight", async () => {
  const bench = createBench({}, "a", "b");
  const loads = { a: { cpuUtilization: 0.1, requestsPerSecond: 1 }, b: { cpuUtilization: 0.9, requestsPerSecond: 1 } };
  report(bench, loads);
  await bench.clock.advance(10_000);
  assert.notDeepEqual(bench.spread(100), { a: 50, b: 50 });
  bench.become("idle", "a");
  bench.become("ready", "a");
  assert.deepEqual(bench.spread(100), { a: 50, b: 50 });
});

test("without a blackout period a weight counts as soon as it is reported, also over another connection", async () => {
  const bench = createBench({ blackoutPeriod: "0s" }, "a", "b");
  report(bench, { a: { cpuUtilization: 0.1, requestsPerSecond: 1 }, b: { cpuUtilization: 0.9, requestsPerSecond: 1 } });
  await bench.clock.advance(1000);
  bench.become("idle", "a");
  bench.become("ready", "a");
  const { a = 0 } = bench.spread(100);
  assert.equal(a, 90);
});

test("after a weight has expired, reports count only once they have come for the blackout period", async () => {
  const bench = createBench({ weightExpirationPeriod: "20s" }, "a", "b");
  const loads = { a: { cpuUtilization: 0.1, requestsPerSecond: 1 }, b: { cpuUtilization: 0.9, requestsPerSecond: 1 } };
  report(bench, loads);
  await bench.clock.advance(10_000);
  assert.equal(bench.spread(100)["a"], 90);
  await bench.clock.advance(10_000);
  assert.equal(bench.spread(100)["a"], 50);
  report(bench, loads);
  await bench.clock.advance(9000);
  assert.equal(bench.spread(100)["a"], 50);
  await bench.clock.advance(1000);
  assert.equal(bench.spread(100)["a"], 90);
});

test("reports without utilization or calls say nothing, and errors count only with a penalty", async () => {
  const bench = createBench({ blackoutPeriod: "0s", errorUtilizationPenalty: 0 }, "a", "b");
  report(bench, {
    a: { cpuUtilization: 0.5, requestsPerSecond: 100, errorsPerSecond: 100 },
    b: { cpuUtilization: 0.5, requestsPerSecond: 300 },
  });
  report(bench, { a: { requestsPerSecond: 900 }, b: { cpuUtilization: 0.9 } });
  await bench.clock.advance(1000);
  const { a = 0 } = bench.spread(400);
  assert.ok(Math.abs(a - 100) <= 2, `${a}`);
});

test("weights belong to endpoints: other addresses or another order change nothing about them", async () => {
  const bench = createBench({ blackoutPeriod: "0s" });
  bench.resolve({ addresses: ["a", "a2"] }, "b");
  bench.become("ready", "a", "b");
  report(bench, { a: { cpuUtilization: 0.1, requestsPerSecond: 1 }, b: { cpuUtilization: 0.9, requestsPerSecond: 1 } });
  bench.resolve({ addresses: ["a2", "a"] }, "b");
  await bench.clock.advance(1000);
  assert.equal(bench.spread(100)["a"], 90);
});

test("out of band, endpoints are asked in the interval of the config, and what comes with calls does not count", async () => {
  const config = { enableOobLoadReport: true, blackoutPeriod: "0s" };
  const bench = createBench(config, "a", "b");
  const intervals = () =>
    ["a", "b"].map((address) => [...bench.at(address).loadWatches.values()].map(({ intervalMs }) => intervalMs));
  assert.deepEqual(intervals(), [[10_000], [10_000]]);
  bench.at("a").report({ ...IDLE, cpuUtilization: 0.5, requestsPerSecond: 300 });
  bench.at("b").report({ ...IDLE, cpuUtilization: 0.5, requestsPerSecond: 100 });
  bench.call().end({ ok: true, load: { ...IDLE, cpuUtilization: 0.001, requestsPerSecond: 1_000_000 } });
  await bench.clock.advance(1000);
  const { a = 0 } = bench.spread(400);
  assert.ok(Math.abs(a - 300) <= 2, `${a}`);

  const change = (changed: object) => {
    const parsed = bench.configOf(changed);
    const endpoints = ["a", "b"].map((address) => bench.at(address).endpoint);
    bench.run(() => void bench.balancer.update({ endpoints, config: parsed, note: undefined }));
  };
  change({ ...config, oobReportingPeriod: "2.5s" });
  assert.deepEqual(intervals(), [[2500], [2500]]);
  change({ blackoutPeriod: "0s" });
  assert.deepEqual(intervals(), [[], []]);
  report(bench, { a: { cpuUtilization: 0.9, requestsPerSecond: 1 }, b: { cpuUtilization: 0.1, requestsPerSecond: 1 } });
  await bench.clock.advance(1000);
  assert.equal(bench.spread(100)["b"], 90);
  change(config);
  assert.deepEqual(intervals(), [[10_000], [10_000]]);
});

test("numbers that the config cannot have are refused, and short periods made 100 ms", () => {
  const configOf = (config: object) => createBench(config).choice.config;
  assert.throws(() => configOf({ errorUtilizationPenalty: -1 }), /errorUtilizationPenalty: expected a number from 0/);
  assert.deepEqual(configOf({ weightUpdatePeriod: "0.01s" }), {
    outOfBandPeriodMs: undefined,
    blackoutPeriodMs: 10_000,
    weightExpirationPeriodMs: 180_000,
    weightUpdatePeriodMs: 100,
    errorUtilizationPenalty: 1,
  });
});
