/** Each policy with servers that live, fail, end and come back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type LiveCluster, withCluster } from "./live-server.ts";

const childPolicy = [{ round_robin: {} }];
const USERS = Array.from({ length: 60 }, (_, index) => `user-${index}`);

/** Which server each user's calls go to. */
async function placesOf(cluster: LiveCluster): Promise<readonly (number | undefined)[]> {
  const places: (number | undefined)[] = [];
  for (const user of USERS) places.push(await cluster.call({ user }));
  return places;
}

test("pick_first stays with the first server until that ends, and then with the next", () =>
  withCluster([3, { pick_first: {} }], async (cluster) => {
    assert.deepEqual(await cluster.spread(30), [30, 0, 0]);
    await cluster.at(0).stop();
    await cluster.callUntil(1, ([, second]) => second === 1);
    await cluster.at(0).start();
    assert.deepEqual(await cluster.spread(30), [0, 30, 0]);
    assert.equal(cluster.at(2).connections.total, 0);
  }));

test("round_robin gives all the same, those that are left more, and one that is back its share", () =>
  withCluster([3, { round_robin: {} }], async (cluster) => {
    await cluster.callUntil(3, (counts) => counts.every((count) => count === 1));
    assert.deepEqual(await cluster.spread(300), [100, 100, 100]);
    await cluster.at(1).stop();
    await cluster.callUntil(2, ([first, , third]) => first === 1 && third === 1);
    assert.deepEqual(await cluster.spread(300), [150, 0, 150]);
    await cluster.at(1).start();
    await cluster.callUntil(3, (counts) => counts.every((count) => count === 1));
    assert.deepEqual(await cluster.spread(300), [100, 100, 100]);
  }));

test("round_robin loses no call that waits for ready when servers end, one after the other", () =>
  withCluster([3, { round_robin: {} }], async (cluster) => {
    for (const server of cluster.servers) {
      await cluster.callUntil(3, (counts) => counts.every((count) => count === 1));
      const calls = Array.from({ length: 50 }, () => cluster.call());
      await server.stop();
      // Only what the server may have looked at is lost, as nobody knows how far it came.
      const answers = await Promise.all(calls);
      assert.ok(answers.filter((answer) => answer === undefined).length <= 17);
      assert.ok((await cluster.spread(20)).reduce((sum, count) => sum + count) === 20);
      await server.start();
    }
  }));

test("least_request leaves out a server that holds its calls", () =>
  withCluster([3, { least_request: { choiceCount: 10 } }], async (cluster) => {
    await cluster.callUntil(30, (counts) => counts.every((count) => count > 0));
    cluster.at(0).manner = "holds";
    let open = 0;
    // Until it has a call, it looks as idle as the others.
    while (cluster.at(0).held === 0) {
      open++;
      void cluster.call().then(() => open--);
      await nextTurn();
    }
    // And the others look as busy until they have answered what came to them.
    while (open > cluster.at(0).held) await nextTurn();
    const before = cluster.at(0).calls;
    const counts = [0, 0, 0];
    for (let calls = 0; calls < 100; calls++) {
      const index = (await cluster.call()) ?? 0;
      counts[index] = (counts[index] ?? 0) + 1;
    }
    assert.equal(cluster.at(0).calls, before);
    assert.ok((counts[1] ?? 0) > 20 && (counts[2] ?? 0) > 20, counts.join());
  }));

test("ring_hash keeps each user's calls on one server, in all clients, and moves only those of one that ends", () =>
  withCluster([3, { ring_hash: { requestHashHeader: "user" } }], async (cluster) => {
    const places = await placesOf(cluster);
    assert.deepEqual(await placesOf(cluster), places);
    assert.deepEqual(new Set(places), new Set([0, 1, 2]));
    assert.equal(await cluster.call({ user: ["a", "b"] }), await cluster.call({ user: "a,b" }));
    const gone = cluster.at(1);
    await gone.stop();
    const moved = await placesOf(cluster);
    for (const [index, place] of places.entries()) {
      if (place === 1) assert.ok(moved[index] === 0 || moved[index] === 2, `${moved[index]}`);
      else assert.equal(moved[index], place);
    }
    await gone.start();
    const isBack = async () => (await placesOf(cluster)).every((place, index) => place === places[index]);
    while (!(await isBack()));
  }));

test("weighted_round_robin gives servers what they say with their calls that they can take", () =>
  withCluster([3, { weighted_round_robin: { blackoutPeriod: "0s", weightUpdatePeriod: "0.1s" } }], async (cluster) => {
    assertEven(await cluster.callUntil(90, (counts) => counts.every((count) => count >= 28)));
    for (const [index, server] of cluster.servers.entries()) server.rate = 100 * (index + 1);
    await cluster.callUntil(120, isOneToThree);
    // They change their minds.
    for (const [index, server] of cluster.servers.entries()) server.rate = 100 * (3 - index);
    await cluster.callUntil(120, (counts) => isOneToThree(counts.toReversed()));
    await cluster.at(0).stop();
    const [, second = 0, third = 0] = await cluster.callUntil(
      90,
      ([first, ...rest]) => first === 0 && rest.length === 2,
    );
    assert.ok(second > third);
  }));

test("weighted_round_robin goes by what servers say apart from calls, where it asks for that", () =>
  withCluster(
    [
      3,
      {
        weighted_round_robin: {
          enableOobLoadReport: true,
          oobReportingPeriod: "0.02s",
          blackoutPeriod: "0s",
          weightUpdatePeriod: "0.1s",
        },
      },
    ],
    async (cluster) => {
      for (const [index, server] of cluster.servers.entries()) {
        server.load.set({ cpuUtilization: 0.5, rpsFractional: 100 * (index + 1) });
        // What comes with calls says the opposite.
        server.rate = 100 * (3 - index);
      }
      await cluster.callUntil(120, isOneToThree);
      await cluster.at(2).stop();
      await cluster.at(2).start();
      cluster.at(2).load.set({ cpuUtilization: 0.5, rpsFractional: 300 });
      await cluster.callUntil(120, isOneToThree);
    },
  ));

test("random_subsetting connects to some servers only, and spreads calls over those", () =>
  withCluster([5, { random_subsetting: { subsetSize: 2, childPolicy } }], async (cluster) => {
    const counts = await cluster.callUntil(100, (all) => all.filter((count) => count === 50).length === 2);
    const connected = cluster.servers.map(({ connections }) => connections.total);
    assert.deepEqual(
      connected,
      counts.map((count) => (count > 0 ? 1 : 0)),
    );
  }));

test("outlier_detection takes a server out of use that fails its calls, keeps its connection, and tries it again", () =>
  withCluster(
    [
      4,
      {
        outlier_detection: {
          interval: "0.05s",
          baseEjectionTime: "0.1s",
          maxEjectionPercent: 50,
          failurePercentageEjection: { threshold: 50, minimumHosts: 3, requestVolume: 5 },
          childPolicy,
        },
      },
    ],
    async (cluster) => {
      const bad = cluster.at(2);
      await cluster.callUntil(4, (counts) => counts.every((count) => count === 1));
      bad.manner = "fails";
      await cluster.callUntil(30, (counts) => counts.reduce((sum, count) => sum + count) === 30);
      bad.manner = "answers";
      await cluster.callUntil(4, (counts) => counts.every((count) => count === 1));
      assert.deepEqual({ ...bad.connections, refused: 0 }, { open: 1, total: 1, refused: 0 });
    },
  ));

test("weighted_target divides calls between two groups of servers, and goes on with the one that is left", () => {
  const targets = { east: { weight: 1, childPolicy }, west: { weight: 3, childPolicy } };
  const describe = (index: number) => ({ attributes: new Map([["hierarchy", [index === 0 ? "east" : "west"]]]) });
  return withCluster([3, { weighted_target: { targets } }, describe], async (cluster) => {
    await cluster.callUntil(20, (counts) => counts.every((count) => count > 0));
    const [east = 0, west1 = 0, west2 = 0] = await cluster.spread(800);
    // Seven standard deviations.
    assert.ok(Math.abs(east - 200) < 86, `${east}`);
    assert.ok(Math.abs(west1 - west2) <= 1, `${west1} and ${west2}`);
    await cluster.at(0).stop();
    await cluster.callUntil(20, ([first, ...rest]) => first === 0 && rest.reduce((sum, count) => sum + count) === 20);
  });
});

test("priority goes to the second group only while the first cannot take calls", () => {
  const children = { main: { config: childPolicy }, spare: { config: childPolicy } };
  const describe = (index: number) => ({ attributes: new Map([["hierarchy", [index < 2 ? "main" : "spare"]]]) });
  return withCluster([3, { priority: { children, priorities: ["main", "spare"] } }, describe], async (cluster) => {
    await cluster.callUntil(2, ([first, second]) => first === 1 && second === 1);
    assert.equal(cluster.at(2).connections.total, 0);
    await cluster.at(0).stop();
    await cluster.callUntil(10, ([, second]) => second === 10);
    assert.equal(cluster.at(2).calls, 0);
    await cluster.at(1).stop();
    await cluster.callUntil(10, ([, , spare]) => spare === 10);
    await cluster.at(0).start();
    await cluster.callUntil(10, ([first]) => first === 10);
  });
});

function assertEven(counts: readonly number[]): void {
  assert.ok(Math.max(...counts) - Math.min(...counts) <= 4, counts.join());
}

/** Whether three servers have 1, 2 and 3 parts of 120 calls. */
function isOneToThree([first = 0, second = 0, third = 0]: readonly number[]): boolean {
  return Math.abs(first - 20) <= 1 && Math.abs(second - 40) <= 1 && Math.abs(third - 60) <= 1;
}
