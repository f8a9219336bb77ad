import assert from "node:assert/strict";
import { test } from "node:test";
import { BalancerBench } from "../testdata/balancer-bench.ts";

const ADDRESSES = Array.from({ length: 20 }, (_, index) => `10.0.0.${index}:1`);

function createBench(chance: number): BalancerBench {
  const config = { subsetSize: 5, childPolicy: [{ unknown: {} }, { round_robin: {} }] };
  return new BalancerBench({ random_subsetting_experimental: config }, [chance]);
}

function subsetOf(bench: BalancerBench, addresses: readonly string[]): ReadonlySet<string> {
  bench.resolve(...addresses);
  return new Set(bench.in("connecting"));
}

test("a client connects to as many endpoints as it may, and spreads calls over them", () => {
  const bench = new BalancerBench({ random_subsetting: { subsetSize: 2, childPolicy: [{ round_robin: {} }] } });
  bench.resolve("a", "b", "c");
  assert.equal(bench.in("connecting").length, 2);
  bench.become("ready", ...bench.in("connecting"));
  assert.deepEqual(Object.values(bench.spread(4)), [2, 2]);
});

test("an endpoint that leaves changes one place of a subset, and clients have subsets of their own", () => {
  const bench = createBench(0.1);
  const before = subsetOf(bench, ADDRESSES);
  const [gone] = before;
  const after = subsetOf(
    bench,
    ADDRESSES.filter((address) => address !== gone),
  );
  assert.equal([...after].filter((address) => before.has(address)).length, 4);
  assert.notDeepEqual(subsetOf(createBench(0.7), ADDRESSES), before);
});

test("a size and a child are needed", () => {
  const parse = (config: object) => new BalancerBench({ random_subsetting: config });
  assert.throws(() => parse({ childPolicy: [{ round_robin: {} }] }), /subsetSize: expected a number from 1/);
  assert.throws(() => parse({ subsetSize: 1 }), /random_subsetting.childPolicy: expected a list of policies/);
  assert.throws(() => parse({ subsetSize: 1, childPolicy: [{ best: {} }] }), /no policy is known of "best"/);
});

test("endpoints that are no more than there may be are all used, and a subset takes along what is known of them", () => {
  const config = {
    subsetSize: 3,
    childPolicy: [{ weighted_target: { targets: { east: { weight: 1, childPolicy: [{ round_robin: {} }] } } } }],
  };
  const bench = new BalancerBench({ random_subsetting: config });
  bench.resolve({ addresses: ["a"], attributes: new Map([["hierarchy", ["east"]]]) }, "b");
  assert.deepEqual(bench.in("connecting"), ["a"]);
  const few = createBench(0.1);
  assert.equal(subsetOf(few, ADDRESSES.slice(0, 4)).size, 4);
});

test("what identifies an endpoint is the first of its addresses", () => {
  const bench = createBench(0.1);
  const chosen = subsetOf(bench, ADDRESSES);
  const other = createBench(0.1);
  other.resolve(...ADDRESSES.map((address) => ({ addresses: [address, `[::1]:${address.length}`] })));
  assert.deepEqual(new Set(other.in("connecting")), chosen);
});

test("states and pickers of the child are passed on as they are", () => {
  const bench = new BalancerBench({ random_subsetting: { subsetSize: 1, childPolicy: [{ pick_first: {} }] } });
  bench.resolve("a");
  assert.equal(bench.state, "connecting");
  bench.become("ready", "a");
  assert.deepEqual(bench.spread(1), { a: 1 });
  bench.become("idle", "a");
  assert.equal(bench.state, "idle");
  bench.run(() => bench.balancer.exitIdle());
  bench.become("transientFailure", "a");
  assert.equal(bench.call().outcome, "fail: connect ECONNREFUSED a");
});
