import assert from "node:assert/strict";
import { test } from "node:test";
import { BalancerBench } from "../testdata/balancer-bench.ts";

function createBench(...addresses: readonly string[]): BalancerBench {
  const bench = new BalancerBench({ pick_first: {} });
  bench.resolve(...addresses);
  return bench;
}

test("the first address that can be reached takes all calls", () => {
  const bench = createBench("a", "b");
  assert.equal(bench.state, "connecting");
  assert.equal(bench.call().outcome, "queue");
  assert.deepEqual(bench.in("connecting"), ["a"]);
  bench.become("transientFailure", "a");
  bench.become("ready", "b");
  assert.equal(bench.state, "ready");
  assert.deepEqual(bench.spread(3), { b: 3 });
});

test("an address that takes over 250 ms is tried on beside the next, and the first to be ready wins", async () => {
  const bench = createBench("a", "b", "c");
  await bench.clock.advance(249);
  assert.deepEqual(bench.in("connecting"), ["a"]);
  await bench.clock.advance(1);
  assert.deepEqual(bench.in("connecting"), ["a", "b"]);
  bench.become("ready", "a");
  assert.deepEqual(bench.in("shutdown"), ["b"]);
  await bench.clock.advance(1000);
  assert.deepEqual(
    bench.subchannels.map(({ address }) => address),
    ["a", "b"],
  );
  assert.equal(bench.clock.timers, 0);
});

test("addresses of both families are tried in turn, each once", async () => {
  const bench = createBench("[::1]:1", "[::2]:1", "[::2]:1", "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1");
  for (const _ of bench.choice.policy.name.slice(0, 5)) await bench.clock.advance(250);
  const tried = bench.subchannels.map(({ address }) => address);
  assert.deepEqual(tried, ["[::1]:1", "10.0.0.1:1", "[::2]:1", "10.0.0.2:1", "10.0.0.3:1"]);
});

test("once all have failed calls fail with the reasons, until one is ready", () => {
  const bench = createBench("a", "b");
  bench.become("transientFailure", "a", "b");
  assert.equal(bench.state, "transientFailure");
  assert.equal(bench.resolutions, 1);
  assert.equal(bench.call().outcome, "fail: connect ECONNREFUSED a; connect ECONNREFUSED b");
  // Each is tried again as soon as its backoff is over, and calls still fail.
  bench.become("idle", "b");
  assert.deepEqual(bench.in("connecting"), ["b"]);
  assert.equal(bench.state, "transientFailure");
  bench.become("ready", "b");
  assert.deepEqual(bench.spread(1), { b: 1 });
});

test("while all fail, the name is resolved anew after as many failures as there are addresses", () => {
  const bench = createBench("a", "b");
  bench.become("transientFailure", "a", "b");
  for (const address of ["a", "a", "b", "b"]) {
    bench.become("idle", address);
    bench.become("transientFailure", address);
  }
  assert.equal(bench.resolutions, 3);
});

test("a connection that is lost is opened anew with the next call, to where the servers then are", () => {
  const bench = createBench("a", "b");
  bench.become("ready", "a");
  bench.become("idle", "a");
  assert.equal(bench.state, "idle");
  assert.equal(bench.resolutions, 1);
  assert.deepEqual(bench.in("connecting"), []);
  assert.equal(bench.call().outcome, "queue");
  assert.deepEqual(bench.in("connecting"), ["a"]);
});

test("the address in use stays in use as long as it is resolved", () => {
  const bench = createBench("a", "b");
  bench.become("ready", "a");
  bench.resolve("b", "a");
  assert.deepEqual(bench.spread(1), { a: 1 });
  bench.resolve("b", "c");
  assert.equal(bench.state, "connecting");
  assert.deepEqual(bench.in("connecting"), ["b"]);
});

test("no addresses are refused, and fail calls", () => {
  const bench = createBench("a");
  assert.equal(bench.resolve(), "the name has no addresses");
  assert.equal(bench.call().outcome, "fail: the name has no addresses");
  bench.resolve("b");
  assert.equal(bench.state, "connecting");
});

test("endpoints can be shuffled, those of more weight rather to the front", () => {
  const bench = new BalancerBench({ pick_first: { shuffleAddressList: true } });
  bench.chances = [0.2, 0.9, 0.5];
  bench.resolve("a", "b", "c");
  assert.deepEqual(bench.in("connecting"), ["b"]);
  const weighted = new BalancerBench({ pick_first: { shuffleAddressList: true } });
  weighted.chances = [0.2, 0.9, 0.5];
  weighted.resolve({ addresses: ["a"], weight: 100 }, "b", "c");
  assert.deepEqual(weighted.in("connecting"), ["a"]);
});

test("a list that comes while all fail is tried in order again, and calls fail meanwhile", async () => {
  const bench = createBench("a", "b");
  bench.become("transientFailure", "a", "b");
  bench.resolve("c", "d", "a");
  assert.equal(bench.state, "transientFailure");
  assert.deepEqual(bench.in("connecting"), ["c"]);
  await bench.clock.advance(250);
  assert.deepEqual(bench.in("connecting"), ["c", "d"]);
  // The one that waits for its backoff counts as tried.
  await bench.clock.advance(250);
  bench.become("transientFailure", "c");
  assert.equal(bench.resolutions, 1);
  bench.become("transientFailure", "d");
  assert.equal(bench.resolutions, 2);
  assert.match(bench.call().outcome, /^fail: connect ECONNREFUSED c; connect ECONNREFUSED d; connect ECONNREFUSED a$/);
  bench.become("idle", "a");
  assert.deepEqual(bench.in("connecting"), ["a"]);
  bench.become("ready", "a");
  assert.deepEqual(bench.spread(1), { a: 1 });
});

test("an address that connects already counts as an attempt, one that has just failed as one that is over", async () => {
  const bench = createBench("a", "b", "c");
  bench.become("transientFailure", "a");
  bench.resolve("b", "a", "c");
  assert.deepEqual(bench.in("connecting"), ["b"]);
  await bench.clock.advance(249);
  assert.deepEqual(bench.in("connecting"), ["b"]);
  await bench.clock.advance(1);
  assert.deepEqual(bench.in("connecting"), ["b", "c"]);
  bench.become("transientFailure", "b", "c");
  assert.equal(bench.state, "transientFailure");
});

test("a list that comes after a connection was lost opens none, until a call needs one", () => {
  const bench = createBench("a", "b");
  bench.become("ready", "a");
  bench.become("idle", "a");
  bench.resolve("b", "a");
  assert.equal(bench.state, "idle");
  assert.deepEqual(bench.in("connecting"), []);
  assert.equal(bench.call().outcome, "queue");
  assert.deepEqual(bench.in("connecting"), ["b"]);
});

test("the addresses of an endpoint stay in their order when endpoints are shuffled, anew for each list", () => {
  const bench = new BalancerBench({ pick_first: { shuffleAddressList: true } });
  const endpoints = [{ addresses: ["a1", "a2"] }, { addresses: ["b1", "b2"] }];
  bench.chances = [0.2, 0.9];
  bench.resolve(...endpoints);
  bench.become("transientFailure", "b1", "b2", "a1", "a2");
  assert.deepEqual(
    bench.subchannels.map(({ address }) => address),
    ["b1", "b2", "a1", "a2"],
  );
  bench.chances = [0.9, 0.2];
  bench.resolve({ addresses: ["c1", "c2"] }, { addresses: ["d1"] });
  assert.deepEqual(bench.in("connecting"), ["c1"]);
});

test("by itself it takes no notice of its backend's health", () => {
  const bench = createBench("a");
  bench.become("ready", "a");
  bench.feel("transientFailure", "a");
  assert.equal(bench.at("a").healthWatches, 0);
  assert.deepEqual(bench.spread(1), { a: 1 });
});

test("once whoever hears that all have failed closes it, nothing is opened any more", () => {
  const bench = createBench("a", "b");
  bench.publish = (state) => {
    if (state === "transientFailure") bench.balancer.close();
  };
  bench.become("transientFailure", "a", "b");
  assert.deepEqual(
    bench.subchannels.map(({ address, state }) => [address, state]),
    [
      ["a", "shutdown"],
      ["b", "shutdown"],
    ],
  );
});
