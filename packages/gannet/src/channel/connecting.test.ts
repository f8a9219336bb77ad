import assert from "node:assert/strict";
import { test } from "node:test";
import { ADDRESS, ChannelBench } from "./testdata/channel-bench.ts";
import { RecordedCall } from "./testdata/recorded-call.ts";
import { settle } from "./testdata/scripted-server.ts";

test("without a connection a call fails with what was attempted, where, why and how often", async () => {
  const { clock, server, channel } = new ChannelBench();
  server.down.add(ADDRESS);
  const call = new RecordedCall(channel, {});
  await settle();
  assert.equal(call.outcome, `UNAVAILABLE: connect ECONNREFUSED ${ADDRESS}`);
  assert.equal(channel.state, "transientFailure");
  await clock.advance(2600);
  const late = new RecordedCall(channel, {});
  await settle();
  assert.equal(late.outcome, `UNAVAILABLE: connect ECONNREFUSED ${ADDRESS} (3 attempts in 2.6 s)`);
  await channel.close();
});

test("attempts back off from one second by 1.6, and a success starts over", async () => {
  const { clock, server, channel } = new ChannelBench();
  server.down.add(ADDRESS);
  new RecordedCall(channel, {});
  const counts: number[] = [];
  for (const ms of [999, 2, 1598, 2, 2560, 4096]) {
    await clock.advance(ms);
    counts.push(server.attempts.length);
  }
  assert.deepEqual(counts, [1, 2, 2, 3, 4, 5]);
  server.down.clear();
  await clock.advance(10_000);
  assert.equal(channel.state, "ready");
  server.down.add(ADDRESS);
  server.connections[0]?.cut();
  await settle();
  assert.equal(channel.state, "idle");
  new RecordedCall(channel, {});
  await clock.advance(1001);
  assert.equal(server.attempts.length, 8);
  await channel.close();
});

test("a server that takes the connection and says nothing is given up after 20 seconds", async () => {
  const { clock, server, channel } = new ChannelBench();
  server.isSilent = true;
  const call = new RecordedCall(channel, {});
  await clock.advance(19_000);
  assert.equal(call.outcome, "open");
  await clock.advance(1_001);
  assert.equal(call.outcome, `UNAVAILABLE: connect to ${ADDRESS}: no answer in 20 s`);
  await channel.close();
});

test("pick_first takes the first address that can be reached, and says of all why not", async () => {
  const { server, channel } = new ChannelBench("ipv4:10.0.0.1:1,10.0.0.2:2,10.0.0.3:3");
  server.down.add("10.0.0.1:1");
  const call = new RecordedCall(channel, {});
  await settle();
  assert.equal(call.writer.peer, "in-memory");
  assert.deepEqual(server.attempts, ["10.0.0.1:1", "10.0.0.2:2"]);
  server.down.add("10.0.0.2:2").add("10.0.0.3:3");
  server.connections[0]?.cut();
  await settle();
  const failed = new RecordedCall(channel, {});
  await settle();
  const all = ["10.0.0.1:1", "10.0.0.2:2", "10.0.0.3:3"].map((address) => `connect ECONNREFUSED ${address}`);
  assert.equal(failed.outcome, `UNAVAILABLE: ${all.join("; ")}`);
  await channel.close();
});

test("once all addresses have failed, the first that comes back is taken", async () => {
  const { clock, server, channel } = new ChannelBench("ipv4:10.0.0.1:1,10.0.0.2:2");
  server.down.add("10.0.0.1:1").add("10.0.0.2:2");
  await assert.rejects(channel.connect(), { code: "UNAVAILABLE" });
  server.down.delete("10.0.0.2:2");
  await clock.advance(1001);
  assert.equal(channel.state, "ready");
  await channel.close();
});

test("connect resolves once there is a connection, and rejects with why there is none", async () => {
  const { server, channel } = new ChannelBench();
  await channel.connect();
  assert.equal(channel.state, "ready");
  await channel.connect();
  server.connections[0]?.cut();
  await settle();
  server.down.add(ADDRESS);
  const refused = { code: "UNAVAILABLE", message: `UNAVAILABLE: connect ECONNREFUSED ${ADDRESS}` };
  await assert.rejects(channel.connect(), refused);
  await channel.close();
  await assert.rejects(channel.connect(), { message: "UNAVAILABLE: the channel was closed" });
});

test("connect gives up when its signal says so", async () => {
  const { server, channel } = new ChannelBench();
  server.isSilent = true;
  const controller = new AbortController();
  const connected = channel.connect({ signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(connected, { message: "enough" });
  await channel.close();
});

test("close gives up an attempt to connect", async () => {
  const { clock, server, channel } = new ChannelBench();
  server.isSilent = true;
  const call = new RecordedCall(channel, {});
  await settle();
  await channel.close();
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: the channel was closed");
  assert.equal(clock.timers, 0);
});
