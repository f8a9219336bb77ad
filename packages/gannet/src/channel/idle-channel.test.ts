import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResolverPolicy } from "./resolver/index.ts";
import { ChannelBench } from "./testdata/channel-bench.ts";
import { settle } from "./testdata/scripted-server.ts";

const MINUTE_MS = 60_000;

/** A bench whose resolver tells how often it was made, and how often closed. */
function createBench(idleTimeoutMs?: number) {
  const resolvers = { made: 0, closed: 0 };
  const zoo: ResolverPolicy = {
    scheme: "zoo",
    create(_, host) {
      resolvers.made++;
      host.update({
        endpoints: [{ addresses: ["10.0.0.1:1"], weight: 1, locality: undefined, attributes: new Map() }],
      });
      return { resolveNow() {}, close: () => void resolvers.closed++ };
    },
  };
  return { bench: new ChannelBench("zoo:gannet", { resolvers: [zoo], idleTimeoutMs }), resolvers };
}

test("a channel without calls for 30 minutes is idle again: it has no connection, no resolver and no timer, until the next call", async () => {
  const { bench, resolvers } = createBench();
  await bench.call(1);
  bench.server.calls[0]?.reply();
  await settle();
  await bench.advance(30 * MINUTE_MS - 1);
  assert.equal(bench.channel.state, "ready");
  await bench.advance(30 * MINUTE_MS + 1);
  assert.equal(bench.channel.state, "idle");
  assert.deepEqual(bench.channel.stats().connections, { open: 0, total: 1, further: 0 });
  assert.deepEqual(bench.channel.subchannels(), []);
  assert.deepEqual(resolvers, { made: 1, closed: 1 });
  assert.equal(bench.clock.timers, 0);
  const [call] = await bench.call(1);
  bench.server.calls[1]?.reply();
  await settle();
  assert.equal(call?.outcome, "OK");
  assert.deepEqual(resolvers, { made: 2, closed: 1 });
  await bench.channel.close();
  assert.equal(bench.clock.timers, 0);
});

test("a call that goes on for hours, or waits, keeps it awake", async () => {
  const { bench } = createBench(MINUTE_MS);
  await bench.call(1);
  await bench.advance(300 * MINUTE_MS);
  assert.equal(bench.channel.state, "ready");
  bench.server.calls[0]?.reply();
  await settle();
  bench.server.connections[0]?.setMaxStreams(0);
  await settle();
  await bench.call(1);
  await bench.advance(300 * MINUTE_MS);
  assert.equal(bench.channel.stats().calls.waitingForRoom, 1);
  bench.server.connections[0]?.setMaxStreams(5);
  await settle();
  assert.equal(bench.server.calls.length, 2);
  await bench.channel.close();
});

test("so does who waits for it to be connected", async () => {
  const { bench } = createBench(10_000);
  bench.server.isSilent = true;
  const connected = bench.channel.connect();
  await bench.advance(19_000);
  assert.equal(bench.channel.state, "connecting");
  const failed = assert.rejects(connected, { code: "UNAVAILABLE" });
  await bench.advance(2000);
  await failed;
  await bench.channel.close();
});

test("the time without calls counts from the end of the last, however long that was", async () => {
  const { bench } = createBench(MINUTE_MS);
  await bench.call(1);
  await bench.advance(MINUTE_MS - 1);
  bench.server.calls[0]?.reply();
  await settle();
  await bench.advance(MINUTE_MS - 1);
  assert.equal(bench.channel.state, "ready");
  await bench.advance(MINUTE_MS + 1);
  assert.equal(bench.channel.state, "idle");
  await bench.channel.close();
});
