import assert from "node:assert/strict";
import { test } from "node:test";
import { BalancerBench } from "../testdata/balancer-bench.ts";

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
  const config = bench.choice.policy.parseConfig(CHILD, bench.policies);
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
