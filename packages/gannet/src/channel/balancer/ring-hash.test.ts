import assert from "node:assert/strict";
import { test } from "node:test";
import { xxhash64 } from "../../base/index.ts";
import { ConfigReader } from "../config/index.ts";
import { BalancerBench } from "../testdata/balancer-bench.ts";
import { BalancerRegistry } from "./balancer-registry.ts";
import { HashRing } from "./hash-ring.ts";
import { createRingHash } from "./ring-hash.ts";

const USERS = Array.from({ length: 200 }, (_, index) => `user-${index}`);
const OK = { ok: true, load: undefined };

function createBench(...addresses: readonly string[]): BalancerBench {
  const bench = new BalancerBench({ ring_hash_experimental: { requestHashHeader: "user" } });
  bench.resolve(...addresses);
  return bench;
}

function placesOf(bench: BalancerBench): readonly string[] {
  return USERS.map((user) => {
    const call = bench.call({ metadata: { user } });
    call.end(OK);
    return call.outcome;
  });
}

/** Has calls connect what they hash to, until all are ready. */
function connectAll(bench: BalancerBench): void {
  for (const user of USERS) bench.call({ metadata: { user } });
  bench.become("ready", ...bench.in("connecting"));
}

test("nothing is connected before a call hashes to it", () => {
  const bench = createBench("a", "b", "c");
  assert.equal(bench.state, "idle");
  assert.equal(bench.call({ metadata: { user: "otto" } }).outcome, "queue");
  assert.equal(bench.in("connecting").length, 1);
  bench.become("ready", ...bench.in("connecting"));
  const { outcome } = bench.call({ metadata: { user: "otto" } });
  for (let call = 0; call < 20; call++) assert.equal(bench.call({ metadata: { user: "otto" } }).outcome, outcome);
});

test("calls with the same hash go to the same endpoint, all of which get some", () => {
  const bench = createBench("a", "b", "c");
  connectAll(bench);
  const places = placesOf(bench);
  assert.deepEqual(placesOf(bench), places);
  assert.deepEqual([...new Set(places)].sort(), ["a", "b", "c"]);
});

test("when a place leaves the ring, only what hashed to it goes elsewhere", () => {
  const members = ["a", "b", "c", "d"].map((key) => ({ key, weight: 1 }));
  const [before, after] = [members, members.slice(0, 3)].map((present) => {
    const ring = new HashRing(present, { min: 100 * present.length, max: 4096 });
    return USERS.map((user) => present[ring.memberAt(ring.indexOf(xxhash64(new TextEncoder().encode(user))))]?.key);
  });
  for (const [index, place] of (before ?? []).entries()) {
    if (place === "d") assert.notEqual(after?.[index], "d");
    else assert.equal(after?.[index], place);
  }
});

test("calls to an endpoint that has failed go to the next on the ring", () => {
  const bench = createBench("a", "b", "c");
  connectAll(bench);
  const before = placesOf(bench);
  bench.become("idle", "a");
  bench.call({ metadata: { user: USERS[before.indexOf("a")] ?? "" } });
  bench.become("transientFailure", "a");
  const after = placesOf(bench);
  for (const [index, place] of before.entries()) {
    if (place === "a") assert.notEqual(after[index], "a");
    else assert.equal(after[index], place);
  }
});

test("one that fails is not the failure of all, two are; and another is connected without a call", () => {
  const bench = createBench("a", "b", "c");
  bench.call({ hash: 0n, metadata: { user: "otto" } });
  const [first = ""] = bench.in("connecting");
  bench.become("transientFailure", first);
  assert.equal(bench.state, "connecting");
  const [second = ""] = bench.in("connecting");
  assert.notEqual(second, "");
  bench.become("transientFailure", second);
  assert.equal(bench.state, "transientFailure");
  bench.become("ready", ...bench.in("connecting"));
  assert.equal(bench.state, "ready");
});

test("a call without a hash goes to any that is ready, and connects one at most", () => {
  const bench = createBench("a", "b", "c");
  assert.equal(bench.call().outcome, "queue");
  assert.equal(bench.call().outcome, "queue");
  assert.equal(bench.in("connecting").length, 1);
  const [only = ""] = bench.in("connecting");
  bench.become("ready", only);
  for (const chance of [0, 0.3, 0.6, 0.9]) {
    bench.chances = [chance];
    assert.equal(bench.call().outcome, only);
  }
});

test("entries of a ring are as many as weights say, within its size", () => {
  const ring = new HashRing(
    [
      { key: "a", weight: 1 },
      { key: "b", weight: 3 },
    ],
    { min: 1024, max: 4096 },
  );
  assert.equal(ring.size, 1024);
  const entries = Array.from({ length: ring.size }, (_, index) => ring.memberAt(index));
  assert.equal(entries.filter((member) => member === 0).length, 256);
  assert.equal(
    new HashRing(
      Array.from({ length: 3 }, (_, index) => ({ key: `${index}`, weight: 1 })),
      { min: 4, max: 4 },
    ).size,
    4,
  );
});

test("a hash finds the entry at or behind it, and the first behind the last", () => {
  const ring = new HashRing([{ key: "a", weight: 1 }], { min: 2, max: 2 });
  const hashes = ["a_0", "a_1"]
    .map((text) => xxhash64(new TextEncoder().encode(text)))
    .sort((x, y) => (x < y ? -1 : 1));
  const [low = 0n, high = 0n] = hashes;
  assert.deepEqual(
    [low, low + 1n, high, high + 1n].map((hash) => ring.indexOf(hash)),
    [0, 1, 1, 0],
  );
});

test("sizes are bounded, and bytes are not hashed", () => {
  const configOf = (config: object) => new BalancerBench({ ring_hash: config }).choice.config;
  assert.deepEqual(configOf({ minRingSize: "8000000", maxRingSize: 8000000 }), {
    min: 4096,
    max: 4096,
    requestHashHeader: "",
  });
  assert.throws(
    () => configOf({ minRingSize: 5000 }),
    /ring_hash.minRingSize: 5000 is more than maxRingSize, which is 4096/,
  );
  assert.throws(() => configOf({ requestHashHeader: "token-bin" }), /token-bin holds bytes/);
});

test("a client may have larger rings than others, by a policy of its own", () => {
  const configOf = (maxRingSize: number) =>
    createRingHash({ maxRingSize }).parseConfig(
      new ConfigReader({ maxRingSize: 8_388_608 }, "ring_hash"),
      new BalancerRegistry([]),
    );
  assert.equal(configOf(100_000).max, 100_000);
  assert.equal(configOf(100).min, 100);
  assert.throws(() => createRingHash({ maxRingSize: 0 }), { code: "GANNET_INVALID_OPTION" });
  assert.throws(
    () => new BalancerBench({ ring_hash: { maxRingSize: 8_388_609 } }),
    /maxRingSize: expected a number from 1 to 8388608/,
  );
});

test("the header to hash is a metadata key", () => {
  const configOf = (requestHashHeader: unknown) =>
    new BalancerBench({ ring_hash: { requestHashHeader } }).choice.config;
  assert.throws(() => configOf("user id"), /ring_hash.requestHashHeader: "user id" is no metadata key/);
  assert.throws(() => configOf(1), /ring_hash.requestHashHeader: expected a text/);
});

test("without a header a call needs a hash from elsewhere, and fails without", () => {
  const bench = new BalancerBench({ ring_hash: {} });
  bench.resolve("a", "b", "c");
  assert.equal(bench.call({ hash: 7n }).outcome, "queue");
  const [chosen = ""] = bench.in("connecting");
  bench.become("ready", chosen);
  assert.equal(bench.call({ hash: 7n }).outcome, chosen);
  assert.match(bench.call().outcome, /^fail: ring_hash has no requestHashHeader/);
});

test("an empty value is as good as none", () => {
  const bench = createBench("a", "b", "c");
  connectAll(bench);
  const places = [0, 0.2, 0.4, 0.6, 0.8].map((chance) => {
    bench.chances = [chance];
    return bench.call({ metadata: { user: "" } }).outcome;
  });
  assert.ok(new Set(places).size > 1);
});

test("a place on the ring is that of the resolver's key, else of the first address, whatever is connected", () => {
  const keys = new Map([["hashKey", "pod-1"]]);
  const before = createBench();
  before.resolve({ addresses: ["10.0.0.1:1"], attributes: keys }, "b", "c");
  connectAll(before);
  const moved = createBench();
  moved.resolve({ addresses: ["10.9.9.9:1"], attributes: keys }, "b", "c");
  connectAll(moved);
  const renamed = placesOf(before).map((place) => (place === "10.0.0.1:1" ? "10.9.9.9:1" : place));
  assert.deepEqual(placesOf(moved), renamed);
  // Without the key it is elsewhere.
  moved.resolve("10.9.9.9:1", "b", "c");
  assert.notDeepEqual(placesOf(moved), renamed);

  const several = createBench();
  several.resolve({ addresses: ["a", "other"] }, "b", "c");
  for (const user of USERS) several.call({ metadata: { user } });
  several.become("transientFailure", "a");
  several.become("ready", ...several.in("connecting"));
  const single = createBench("a", "b", "c");
  connectAll(single);
  assert.deepEqual(
    placesOf(several),
    placesOf(single).map((place) => (place === "a" ? "other" : place)),
  );
});

test("an endpoint that was resolved twice has two shares and one connection", () => {
  const bench = createBench("a", "a", "b");
  connectAll(bench);
  assert.equal(bench.subchannels.length, 2);
  const share = placesOf(bench).filter((place) => place === "a").length / USERS.length;
  assert.ok(share > 0.55 && share < 0.8, `${share}`);
});

test("all states of endpoints add up to one", () => {
  const bench = createBench("a", "b", "c");
  assert.equal(bench.state, "idle");
  connectAll(bench);
  assert.equal(bench.state, "ready");
  // One that was lost is idle, and nobody connects it before a call does.
  bench.become("idle", "a", "b");
  assert.equal(bench.state, "ready");
  assert.deepEqual(bench.in("connecting"), []);
  bench.become("idle", "c");
  assert.equal(bench.state, "idle");
  assert.equal(bench.call({ metadata: { user: "otto" } }).outcome, "queue");
  const [chosen = ""] = bench.in("connecting");
  assert.equal(bench.state, "connecting");
  bench.become("transientFailure", chosen);
  // Another one is connected by itself; that one has failed alone.
  assert.equal(bench.state, "connecting");
  assert.equal(bench.in("connecting").length, 1);
  // It stays a failure while it connects again.
  bench.become("idle", chosen);
  bench.become("transientFailure", ...bench.in("connecting").filter((address) => address !== chosen));
  assert.equal(bench.state, "transientFailure");
  const alone = createBench("a");
  alone.call({ metadata: { user: "otto" } });
  alone.become("transientFailure", "a");
  assert.equal(alone.state, "transientFailure");
  assert.equal(alone.call({ metadata: { user: "otto" } }).outcome, "fail: connect ECONNREFUSED a");
});

test("a call waits for the endpoint that it hashes to while that connects, whoever else is ready", () => {
  const bench = createBench("a", "b", "c");
  connectAll(bench);
  const [place = ""] = placesOf(bench);
  bench.become("idle", place);
  const user = USERS[0] ?? "";
  assert.equal(bench.call({ metadata: { user } }).outcome, "queue");
  assert.equal(bench.call({ metadata: { user } }).outcome, "queue");
  assert.deepEqual(bench.in("connecting"), [place]);
});

test("an endpoint that has left is not connected for a call that was picked for before that was heard", () => {
  const bench = new BalancerBench({ ring_hash: { requestHashHeader: "x" } });
  bench.resolve("a");
  bench.run(() => {
    bench.resolve("b");
    assert.equal(bench.call({ metadata: { x: "1" } }).outcome, "queue");
  });
  assert.deepEqual(bench.subchannels, []);
  bench.call({ metadata: { x: "1" } });
  assert.deepEqual(bench.in("connecting"), ["b"]);
});
