import assert from "node:assert/strict";
import { test } from "node:test";
import { ChannelBench } from "./testdata/channel-bench.ts";
import { settle } from "./testdata/scripted-server.ts";

test("who watches a channel is told its state, and each that it changes to, until it is shut down", async () => {
  const bench = new ChannelBench();
  const states: string[] = [];
  const watching = (async () => {
    for await (const state of bench.channel.watch()) states.push(state);
  })();
  await settle();
  assert.deepEqual(states, ["idle"], "to watch does not connect");
  await bench.channel.connect();
  await settle();
  bench.server.down.add("10.0.0.1:1");
  bench.server.connections[0]?.cut();
  await settle();
  await assert.rejects(bench.channel.connect());
  await settle();
  await bench.channel.close();
  await watching;
  assert.deepEqual(states, ["idle", "connecting", "ready", "idle", "connecting", "transientFailure", "shutdown"]);
});

test("states that pass while nobody asks are left out, and so is one that comes back to what was told", async () => {
  const bench = new ChannelBench();
  const watch = bench.channel.watch();
  assert.deepEqual(await watch.next(), { done: false, value: "idle" });
  await bench.channel.connect();
  bench.server.connections[0]?.cut();
  await settle();
  const next = watch.next();
  await bench.channel.connect();
  assert.deepEqual(await next, { done: false, value: "connecting" });
  assert.deepEqual(await watch.next(), { done: false, value: "ready" });
  await bench.channel.close();
  assert.deepEqual(await watch.next(), { done: false, value: "shutdown" });
  assert.deepEqual(await watch.next(), { done: true, value: undefined });
});

test("a watch ends with its loop, and with its signal", async () => {
  const bench = new ChannelBench();
  for await (const state of bench.channel.watch()) if (state === "idle") break;
  const reason = new Error("enough");
  const controller = new AbortController();
  const watch = bench.channel.watch({ signal: controller.signal });
  await watch.next();
  const waiting = watch.next();
  const another = bench.channel.watch({ signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(waiting, reason);
  assert.deepEqual(await watch.next(), { done: true, value: undefined });
  await assert.rejects(another.next(), reason);
  await assert.rejects(bench.channel.watch({ signal: controller.signal }).next(), reason);
  assert.throws(() => bench.channel.watch({ sginal: controller.signal } as object), { code: "GANNET_UNKNOWN_OPTION" });
  await bench.channel.close();
});
