import assert from "node:assert/strict";
import { test } from "node:test";
import { ADDRESS, ChannelBench } from "./testdata/channel-bench.ts";
import { RecordedCall } from "./testdata/recorded-call.ts";
import { settle } from "./testdata/scripted-server.ts";

test("a call that waits for ready is sent once there is a connection", async () => {
  const { clock, server, channel } = new ChannelBench();
  server.down.add(ADDRESS);
  const call = new RecordedCall(channel, { waitForReady: true });
  await clock.advance(1500);
  assert.equal(call.outcome, "open");
  server.down.clear();
  await clock.advance(3000);
  server.calls[0]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  await channel.close();
});

test("a call whose deadline passes before there is a connection says what it waited for", async () => {
  const { clock, server, channel } = new ChannelBench();
  server.down.add(ADDRESS);
  const call = new RecordedCall(channel, { waitForReady: true, deadline: 500 });
  await clock.advance(520);
  assert.match(call.outcome, /^DEADLINE_EXCEEDED: .* room for the call: connect ECONNREFUSED 10\.0\.0\.1:1$/);
  await channel.close();
});

test("a call whose deadline passes while the channel connects says so", async () => {
  const { clock, server, channel } = new ChannelBench();
  server.isSilent = true;
  const call = new RecordedCall(channel, { deadline: 500 });
  await clock.advance(520);
  assert.match(call.outcome, /^DEADLINE_EXCEEDED: .* had room for the call: .+ has not answered yet$/);
  await channel.close();
});

test("a call that is cancelled while it waits is not sent", async () => {
  const { server, channel } = new ChannelBench();
  const call = new RecordedCall(channel, {});
  call.writer.cancel();
  assert.equal(call.outcome, "CANCELLED: the call was cancelled");
  await settle();
  assert.equal(server.calls.length, 0);
  await channel.close();
});

test("calls beyond the server's limit wait for room, in order, and leave the line when cancelled", async () => {
  const { server, channel } = new ChannelBench();
  server.limits = { maxConcurrentStreams: 2 };
  const calls = Array.from({ length: 5 }, () => new RecordedCall(channel, {}));
  await settle();
  assert.equal(server.calls.length, 2);
  calls[2]?.writer.cancel();
  server.calls[0]?.reply();
  await settle();
  assert.equal(server.calls.length, 3);
  server.calls[1]?.reply();
  server.calls[2]?.reply();
  await settle();
  server.calls[3]?.reply();
  await settle();
  const outcomes = calls.map(({ outcome }) => outcome);
  assert.deepEqual(outcomes, ["OK", "OK", "CANCELLED: the call was cancelled", "OK", "OK"]);
  await channel.close();
});

test("a call whose deadline passes while it waits for room is not sent", async () => {
  const { clock, server, channel } = new ChannelBench();
  server.limits = { maxConcurrentStreams: 1 };
  const first = new RecordedCall(channel, {});
  await settle();
  const second = new RecordedCall(channel, { deadline: 1000 });
  await clock.advance(1010);
  const why = "in-memory allows 1 call at a time on its connection";
  assert.equal(
    second.outcome,
    `DEADLINE_EXCEEDED: the deadline passed before a connection had room for the call: ${why}`,
  );
  server.calls[0]?.reply();
  await settle();
  assert.equal(first.outcome, "OK");
  assert.equal(server.calls.length, 1);
  await channel.close();
});

test("calls that wait for room when their connection is lost go to the next one", async () => {
  const { server, channel } = new ChannelBench();
  server.limits = { maxConcurrentStreams: 1 };
  const calls = [new RecordedCall(channel, {}), new RecordedCall(channel, {})];
  await settle();
  server.connections[0]?.cut();
  await settle();
  server.connections[1]?.calls[0]?.reply();
  await settle();
  assert.match(calls[0]?.outcome ?? "", /^UNAVAILABLE/);
  assert.equal(calls[1]?.outcome, "OK");
  await channel.close();
});

test("messages that are sent before there is a connection wait, and their sender is told when there is room", async () => {
  const { server, channel } = new ChannelBench();
  const call = new RecordedCall(channel, {}, false);
  assert.equal(call.writer.send({ seconds: 7n }), false);
  await settle();
  assert.equal(call.writables, 1);
  assert.equal(call.writer.send({ seconds: 7n }), true);
  call.writer.endSend();
  await settle();
  assert.equal(server.calls[0]?.isHalfClosed, true);
  await channel.close();
});

test("a message that cannot be encoded and was sent early ends its call", async () => {
  const { channel } = new ChannelBench();
  const call = new RecordedCall(channel, {}, false);
  call.writer.send({ seconds: "noon" });
  await settle();
  assert.match(call.outcome, /^INTERNAL: the request cannot be encoded: /);
  await channel.close();
});
