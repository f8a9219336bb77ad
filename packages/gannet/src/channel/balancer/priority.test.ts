import assert from "node:assert/strict";
import { test } from "node:test";
import { BalancerBench } from "../testdata/balancer-bench.ts";
import type { Endpoint } from "./balancer.ts";

function config(...priorities: readonly string[]): { readonly [key: string]: unknown } {
  const children = ["main", "spare"].map((name) => [
    name,
    { config: [{ round_robin: {} }], ignoreReresolutionRequests: name === "spare" },
  ]);
  return { children: Object.fromEntries(children), priorities };
}

function under(child: string, address: string): Partial<Endpoint> {
  return { addresses: [address], attributes: new Map([["hierarchy", [child]]]) };
}

function createBench(): BalancerBench {
  const bench = new BalancerBench({ priority_experimental: config("main", "spare") });
  bench.resolve(under("main", "a"), under("spare", "b"));
  return bench;
}

test("the first child takes all calls, and the next is not even connected", async () => {
  const bench = createBench();
  bench.become("ready", "a");
  await bench.clock.advance(60_000);
  assert.deepEqual(bench.spread(2), { a: 2 });
  assert.deepEqual(
    bench.subchannels.map(({ address }) => address),
    ["a"],
  );
});

test("a child that fails is followed by the next at once, one that connects for ten seconds then", async () => {
  const failed = createBench();
  failed.become("transientFailure", "a");
  failed.become("ready", "b");
  assert.deepEqual(failed.spread(1), { b: 1 });
  const slow = createBench();
  await slow.clock.advance(9999);
  assert.equal(slow.subchannels.length, 1);
  await slow.clock.advance(1);
  slow.become("ready", "b");
  assert.deepEqual(slow.spread(1), { b: 1 });
});

test("calls go back to the first child when it is ready, and the other is kept for a quarter of an hour", async () => {
  const bench = createBench();
  bench.become("transientFailure", "a");
  bench.become("ready", "b");
  bench.become("idle", "a");
  bench.become("ready", "a");
  assert.deepEqual(bench.spread(1), { a: 1 });
  await bench.clock.advance(14 * 60_000);
  bench.become("idle", "a");
  bench.become("transientFailure", "a");
  assert.deepEqual(bench.spread(1), { b: 1 });
  bench.become("idle", "a");
  bench.become("ready", "a");
  await bench.clock.advance(15 * 60_000);
  assert.deepEqual(bench.in("ready"), ["a"]);
  assert.deepEqual(bench.in("shutdown"), ["b"]);
});

test("while none is ready calls wait for the first that connects", async () => {
  const bench = createBench();
  await bench.clock.advance(10_000);
  assert.equal(bench.call().outcome, "queue");
  bench.become("transientFailure", "a", "b");
  assert.equal(bench.call().outcome, "fail: connect ECONNREFUSED b");
});

test("a child that is to be ignored does not have names resolved", () => {
  const bench = createBench();
  bench.become("transientFailure", "a");
  assert.equal(bench.resolutions, 1);
  bench.become("transientFailure", "b");
  assert.equal(bench.resolutions, 1);
});

test("a child that leaves the config is closed, and without any calls fail", () => {
  const bench = createBench();
  bench.become("ready", "a");
  const none = bench.configOf(config());
  bench.balancer.update({ endpoints: [], config: none, note: undefined });
  assert.deepEqual(bench.in("ready"), []);
  assert.equal(bench.call().outcome, "fail: priority has no priorities");
});

test("priorities name children, each once", () => {
  const parse = (...names: readonly string[]) => new BalancerBench({ priority: config(...names) });
  assert.throws(() => parse("main", "other"), /priority.priorities\[1\]: "other" is none of the children/);
  assert.throws(() => parse("main", "main"), /priority.priorities: a child is there twice/);
});

test("endpoints find their way down by their hierarchy, a name for each level", () => {
  const child = { weighted_target: { targets: { east: { weight: 1, childPolicy: [{ round_robin: {} }] } } } };
  const bench = new BalancerBench({
    priority: { children: { main: { config: [child] }, spare: { config: [child] } }, priorities: ["main", "spare"] },
  });
  const at = (address: string, ...path: readonly string[]) => ({
    addresses: [address],
    attributes: new Map([["hierarchy", path]]),
  });
  bench.resolve(at("a", "main", "east"), at("b", "main", "west"), at("c", "spare", "east"), at("d", "main"), "e");
  assert.deepEqual(bench.in("connecting"), ["a"]);
  bench.become("transientFailure", "a");
  assert.deepEqual(bench.in("connecting"), ["c"]);
  bench.become("ready", "c");
  assert.deepEqual(bench.spread(1), { c: 1 });
});

test("a child that was ready has ten seconds again when it connects, one that failed has none", async () => {
  const bench = createBench();
  bench.become("ready", "a");
  bench.become("idle", "a");
  // round_robin connects again at once.
  assert.equal(bench.state, "connecting");
  await bench.clock.advance(9999);
  assert.deepEqual(
    bench.subchannels.map(({ address }) => address),
    ["a"],
  );
  await bench.clock.advance(1);
  bench.become("ready", "b");
  assert.deepEqual(bench.spread(1), { b: 1 });
  bench.become("transientFailure", "a");
  bench.become("idle", "a");
  bench.become("transientFailure", "b");
  assert.equal(bench.state, "transientFailure");
});

test("a child that is idle is used, and connected by a call", () => {
  const child = { ring_hash: { requestHashHeader: "user" } };
  const bench = new BalancerBench({
    priority: { children: { main: { config: [child] }, spare: { config: [child] } }, priorities: ["main", "spare"] },
  });
  bench.resolve(under("main", "a"), under("spare", "b"));
  assert.equal(bench.state, "idle");
  assert.equal(bench.call().outcome, "queue");
  assert.deepEqual(bench.in("connecting"), ["a"]);
  bench.become("transientFailure", "a");
  assert.equal(bench.state, "idle");
  assert.equal(bench.call().outcome, "queue");
  assert.deepEqual(bench.in("connecting"), ["b"]);
});

test("an update is looked at once all children have it", () => {
  const bench = createBench();
  bench.become("transientFailure", "a");
  bench.become("ready", "b");
  const published: string[] = [];
  const publish = bench.publish.bind(bench);
  bench.publish = (state, picker) => {
    published.push(state);
    publish(state, picker);
  };
  // The first child gets an endpoint that is new, while the second loses its own.
  bench.resolve(under("main", "c"), under("spare", "d"));
  assert.deepEqual(published.length, 1);
  bench.become("ready", "c");
  assert.deepEqual(bench.spread(1), { c: 1 });
});

test("a child may change its place, and keeps its connections", () => {
  const bench = createBench();
  bench.become("transientFailure", "a");
  bench.become("ready", "b");
  const swapped = bench.configOf(config("spare", "main"));
  const endpoints = ["a", "b"].map((address) => ({
    ...bench.at(address).endpoint,
    attributes: new Map([["hierarchy", [address === "a" ? "main" : "spare"]]]),
  }));
  bench.run(() => void bench.balancer.update({ endpoints, config: swapped, note: undefined }));
  assert.deepEqual(bench.spread(1), { b: 1 });
  assert.deepEqual(bench.in("shutdown"), []);
});
