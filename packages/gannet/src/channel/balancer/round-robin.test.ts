import assert from "node:assert/strict";
import { test } from "node:test";
import { BalancerBench } from "../testdata/balancer-bench.ts";

function createBench(...addresses: readonly string[]): BalancerBench {
  const bench = new BalancerBench({ round_robin: {} });
  bench.resolve(...addresses);
  return bench;
}

test("all endpoints are connected at once, and take calls in turn as soon as they are ready", () => {
  const bench = createBench("a", "b", "c");
  assert.deepEqual(bench.in("connecting"), ["a", "b", "c"]);
  bench.become("ready", "a", "b");
  assert.deepEqual(bench.spread(4), { a: 2, b: 2 });
  bench.become("ready", "c");
  assert.deepEqual(bench.spread(9), { a: 3, b: 3, c: 3 });
});

test("chance decides who is first", () => {
  const bench = createBench("a", "b");
  bench.become("ready", "a");
  bench.chances = [0];
  bench.become("ready", "b");
  assert.equal(bench.call().outcome, "a");
});

test("one that is lost is connected again at once, and gets no calls meanwhile", () => {
  const bench = createBench("a", "b");
  bench.become("ready", "a", "b");
  bench.become("idle", "a");
  assert.deepEqual(bench.in("connecting"), ["a"]);
  assert.deepEqual(bench.spread(2), { b: 2 });
  assert.equal(bench.resolutions, 1);
});

test("endpoints that stay keep their connections, and those that left are closed", () => {
  const bench = createBench("a", "b");
  bench.become("ready", "a", "b");
  bench.resolve("b", "c");
  assert.deepEqual(bench.in("shutdown"), ["a"]);
  assert.deepEqual(bench.in("ready"), ["b"]);
  assert.deepEqual(bench.in("connecting"), ["c"]);
  assert.deepEqual(bench.spread(2), { b: 2 });
});

test("an endpoint with several addresses takes one share, under whichever address can be reached", () => {
  const bench = new BalancerBench({ round_robin: {} });
  bench.resolve({ addresses: ["10.0.0.1:1", "[::1]:1"] }, "b");
  bench.become("ready", "b");
  bench.become("transientFailure", "10.0.0.1:1");
  bench.become("ready", "[::1]:1");
  assert.deepEqual(bench.spread(4), { "[::1]:1": 2, b: 2 });
});

test("calls fail once no endpoint can be reached, and learn of each why", () => {
  const bench = createBench("a", "b");
  bench.become("transientFailure", "a");
  assert.equal(bench.call().outcome, "queue");
  bench.become("transientFailure", "b");
  assert.equal(bench.state, "transientFailure");
  assert.deepEqual(bench.spread(2), { "fail: connect ECONNREFUSED a": 1, "fail: connect ECONNREFUSED b": 1 });
  bench.become("idle", "a");
  assert.equal(bench.state, "transientFailure");
  bench.become("ready", "a");
  assert.deepEqual(bench.spread(2), { a: 2 });
});

test("no endpoints are refused", () => {
  const bench = createBench("a");
  assert.equal(bench.resolve(), "the name has no addresses");
  assert.equal(bench.call().outcome, "fail: the name has no addresses");
  assert.deepEqual(bench.in("shutdown"), ["a"]);
});

test("an endpoint is the same with its addresses in another order, in which they are tried from then on", () => {
  const bench = new BalancerBench({ round_robin: {} });
  bench.resolve({ addresses: ["a", "b"] });
  bench.become("ready", "a");
  bench.resolve({ addresses: ["b", "a"] });
  assert.deepEqual(bench.in("ready"), ["a"]);
  bench.become("idle", "a");
  assert.deepEqual(bench.in("connecting"), ["b"]);
  bench.become("ready", "b");
  // With another address it is another endpoint.
  bench.resolve({ addresses: ["b"] });
  assert.deepEqual(bench.in("ready"), []);
  assert.deepEqual(bench.in("connecting"), ["b"]);
});

test("an endpoint that does not feel fit takes no calls, keeps its connection, and is back as soon as it is fit", () => {
  const bench = createBench("a", "b");
  bench.become("ready", "a", "b");
  bench.feel("transientFailure", "a");
  assert.deepEqual(bench.spread(2), { b: 2 });
  assert.deepEqual(bench.in("ready"), ["a", "b"]);
  assert.equal(bench.resolutions, 0);
  bench.feel("transientFailure", "b");
  assert.equal(bench.state, "transientFailure");
  assert.deepEqual(bench.spread(2), { "fail: a is ill": 1, "fail: b is ill": 1 });
  // Until it is fit, it is a failure whatever it tries.
  bench.feel("connecting", "a");
  assert.equal(bench.state, "transientFailure");
  bench.feel("ready", "a");
  assert.deepEqual(bench.spread(2), { a: 2 });
});

test("an endpoint whose health is not known yet has calls wait", () => {
  const bench = createBench("a");
  bench.feel("connecting", "a");
  bench.become("ready", "a");
  assert.equal(bench.state, "connecting");
  assert.equal(bench.call().outcome, "queue");
  bench.feel("ready", "a");
  assert.deepEqual(bench.spread(1), { a: 1 });
});

test("an endpoint that tries to connect changes nothing about whose turn it is", () => {
  const bench = createBench("a", "b", "c");
  bench.become("ready", "a", "b");
  const { picker } = bench;
  bench.become("transientFailure", "c");
  bench.become("idle", "c");
  bench.become("transientFailure", "c");
  assert.equal(bench.picker, picker);
  bench.become("idle", "c");
  bench.become("ready", "c");
  assert.notEqual(bench.picker, picker);
});
