/** Health of live servers (gRFC A17). */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { LiveServer, withCluster } from "./live-server.ts";

const options = { serviceConfig: { healthCheckConfig: { serviceName: "test.Any" } } };
const POLICIES: readonly Readonly<Record<string, object>>[] = [
  { round_robin: {} },
  { least_request: {} },
  { weighted_round_robin: {} },
  { outlier_detection: { childPolicy: [{ round_robin: {} }] } },
];

for (const policy of POLICIES) {
  const [name] = Object.keys(policy);
  test(`${name} leaves out a server that is not serving, keeps its connection, and uses it once it serves`, () =>
    withCluster([3, policy, undefined, options], async (cluster) => {
      const ill = cluster.at(1);
      await cluster.callUntil(30, (counts) => counts.every((count) => count > 0));
      for (let times = 0; times < 3; times++) {
        ill.health.set("test.Any", "NOT_SERVING");
        await cluster.callUntil(60, ([, second]) => second === 0);
        const before = ill.calls;
        assert.equal(
          (await cluster.spread(100)).reduce((sum, count) => sum + count),
          100,
        );
        assert.equal(ill.calls, before);
        ill.health.clear("test.Any");
        await cluster.callUntil(30, (counts) => counts.every((count) => count > 0));
      }
      assert.equal(ill.connections.total, 1);
    }));
}

test("pick_first stays with a server whatever it says of its health", () =>
  withCluster([2, { pick_first: {} }, undefined, options], async (cluster) => {
    cluster.at(0).health.set("test.Any", "NOT_SERVING");
    assert.deepEqual(await cluster.spread(30), [30, 0]);
  }));

test("ring_hash moves the calls of a server that is not serving, and gives them back", () =>
  withCluster([3, { ring_hash: { requestHashHeader: "user" } }, undefined, options], async (cluster) => {
    const user = "otto";
    const place = (await cluster.call({ user })) ?? assert.fail();
    cluster.at(place).health.set("", "NOT_SERVING");
    assert.equal(await cluster.call({ user }), place, "another service was asked for");
    cluster.at(place).health.set("test.Any", "NOT_SERVING");
    while ((await cluster.call({ user })) === place);
    cluster.at(place).health.set("test.Any", "SERVING");
    while ((await cluster.call({ user })) !== place);
  }));

test("a server that ends in good order says so by its health first, and no call is lost", () =>
  withCluster([2, { round_robin: {} }, undefined, options], async (cluster) => {
    for (const server of cluster.servers) {
      await cluster.callUntil(2, (counts) => counts.every((count) => count === 1));
      const stopped = server.stop(10_000);
      assert.equal(
        (await cluster.spread(200)).reduce((sum, count) => sum + count),
        200,
      );
      await stopped;
      await server.start();
    }
  }));

test("a client that only has watches of health and load open ends by itself", async () => {
  const server = await LiveServer.start();
  const program = fileURLToPath(new URL("idle-client.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, server.address], { timeout: 20_000 });
  assert.equal(stdout, "ready\n");
  await server.stop();
});
