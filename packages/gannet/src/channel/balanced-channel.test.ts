import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata } from "../core/index.ts";
import { VirtualClock } from "../testing/index.ts";
import type { BalancerPolicy } from "./balancer/index.ts";
import type { Channel } from "./channel.ts";
import type { ChannelOptions } from "./channel-options.ts";
import { createChannelIn } from "./create-channel.ts";
import { insecure } from "./credentials/index.ts";
import type { ResolverPolicy } from "./resolver/index.ts";
import { RecordedCall } from "./testdata/recorded-call.ts";
import { ScriptedServer, settle } from "./testdata/scripted-server.ts";

const ADDRESS = "10.0.0.1:50051";

interface Bench {
  readonly clock: VirtualClock;
  readonly server: ScriptedServer;
  readonly channel: Channel;
}

function createBench(target = ADDRESS, options: ChannelOptions = {}): Bench {
  const clock = new VirtualClock();
  const server = new ScriptedServer();
  const environment = { clock, random: () => 0.5, connect: server.connect };
  const channel = createChannelIn(environment, target, { credentials: insecure(), ...options });
  return { clock, server, channel };
}

test("a channel connects with the first call, and ends it with the server's answer", async () => {
  const { server, channel } = createBench();
  assert.equal(channel.state, "idle");
  const call = new RecordedCall(channel, {});
  assert.equal(channel.state, "connecting");
  await settle();
  assert.equal(channel.state, "ready");
  assert.equal(server.calls[0]?.header?.get(":authority"), ADDRESS);
  assert.equal(server.calls[0]?.header?.get("user-agent"), "gannet/0.1.0");
  assert.equal(server.calls[0]?.isHalfClosed, true);
  server.calls[0]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  assert.equal(call.messages, 1);
  await channel.close();
});

test("calls say whom they are for and by what they are made, as the channel's options say", async () => {
  const { server, channel } = createBench(ADDRESS, { authority: "books.example", userAgent: "library/2.0" });
  new RecordedCall(channel, {});
  await settle();
  assert.equal(server.calls[0]?.header?.get(":authority"), "books.example");
  assert.equal(server.calls[0]?.header?.get("user-agent"), "library/2.0 gannet/0.1.0");
  await channel.close();
});

test("without a connection a call fails with what was attempted, where, why and how often", async () => {
  const { clock, server, channel } = createBench();
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
  const { clock, server, channel } = createBench();
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
  const { clock, server, channel } = createBench();
  server.isSilent = true;
  const call = new RecordedCall(channel, {});
  await clock.advance(19_000);
  assert.equal(call.outcome, "open");
  await clock.advance(1_001);
  assert.equal(call.outcome, `UNAVAILABLE: connect to ${ADDRESS}: no answer in 20 s`);
  await channel.close();
});

test("a call that waits for ready is sent once there is a connection", async () => {
  const { clock, server, channel } = createBench();
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
  const { clock, server, channel } = createBench();
  server.down.add(ADDRESS);
  const call = new RecordedCall(channel, { waitForReady: true, deadline: 500 });
  await clock.advance(520);
  assert.match(call.outcome, /^DEADLINE_EXCEEDED: .* room for the call: connect ECONNREFUSED 10\.0\.0\.1:50051$/);
  await channel.close();
});

test("a call whose deadline passes while the channel connects says so", async () => {
  const { clock, server, channel } = createBench();
  server.isSilent = true;
  const call = new RecordedCall(channel, { deadline: 500 });
  await clock.advance(520);
  assert.match(call.outcome, /^DEADLINE_EXCEEDED: .* had room for the call: .+ has not answered yet$/);
  await channel.close();
});

test("a call that is cancelled while it waits is not sent", async () => {
  const { server, channel } = createBench();
  const call = new RecordedCall(channel, {});
  call.writer.cancel();
  assert.equal(call.outcome, "CANCELLED: the call was cancelled");
  await settle();
  assert.equal(server.calls.length, 0);
  await channel.close();
});

test("calls beyond the server's limit wait for room, in order, and leave the line when cancelled", async () => {
  const { server, channel } = createBench();
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
  const { clock, server, channel } = createBench();
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
  const { server, channel } = createBench();
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

test("after GOAWAY calls under way finish, later streams are replayed and new calls get a new connection", async () => {
  const { server, channel } = createBench();
  const early = new RecordedCall(channel, {});
  await settle();
  const late = new RecordedCall(channel, {}, false);
  late.writer.send({ seconds: 7n });
  late.writer.send({ seconds: 7n });
  await settle();
  const [old] = server.connections;
  old?.goaway(1);
  await settle();
  assert.equal(server.connections.length, 2);
  const [, fresh] = server.connections;
  assert.equal(fresh?.calls.length, 1);
  assert.equal(fresh?.calls[0]?.receivedBytes, old?.calls[1]?.receivedBytes);
  const next = new RecordedCall(channel, {});
  await settle();
  assert.equal(fresh?.calls.length, 2);
  for (const call of fresh?.calls ?? []) call.reply();
  assert.equal(late.writables, 1);
  assert.equal(old?.closeReason, undefined);
  old?.calls[0]?.reply();
  await settle();
  assert.deepEqual([early.outcome, late.outcome, next.outcome], ["OK", "OK", "OK"]);
  assert.notEqual(old?.closeReason, undefined);
  await channel.close();
});

test("a refused stream is tried once more, not twice", async () => {
  const { server, channel } = createBench();
  const lucky = new RecordedCall(channel, {});
  const unlucky = new RecordedCall(channel, {});
  await settle();
  for (const call of server.calls) call.refuse();
  await settle();
  assert.equal(server.calls.length, 4);
  server.calls[2]?.reply();
  server.calls[3]?.refuse();
  await settle();
  assert.equal(lucky.outcome, "OK");
  assert.match(unlucky.outcome, /^UNAVAILABLE: .*REFUSED_STREAM/);
  assert.equal(server.calls.length, 4);
  await channel.close();
});

test("a stream that the server has answered is not replayed", async () => {
  const { server, channel } = createBench();
  const call = new RecordedCall(channel, {}, false);
  await settle();
  server.calls[0]?.sendHeader();
  await settle();
  server.calls[0]?.refuse();
  await settle();
  assert.match(call.outcome, /^UNAVAILABLE/);
  assert.equal(server.calls.length, 1);
  await channel.close();
});

test("a connection that is lost fails its calls, and the next call opens another", async () => {
  const { server, channel } = createBench();
  const lost = new RecordedCall(channel, {});
  await settle();
  server.connections[0]?.cut();
  await settle();
  assert.match(lost.outcome, /^UNAVAILABLE: the peer closed the connection/);
  assert.equal(channel.state, "idle");
  assert.equal(server.attempts.length, 1);
  const next = new RecordedCall(channel, {});
  await settle();
  server.calls[1]?.reply();
  await settle();
  assert.equal(next.outcome, "OK");
  await channel.close();
});

test("pick_first takes the first address that can be reached, and says of all why not", async () => {
  const { server, channel } = createBench("ipv4:10.0.0.1:1,10.0.0.2:2,10.0.0.3:3");
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
  const { clock, server, channel } = createBench("ipv4:10.0.0.1:1,10.0.0.2:2");
  server.down.add("10.0.0.1:1").add("10.0.0.2:2");
  await assert.rejects(channel.connect(), { code: "UNAVAILABLE" });
  server.down.delete("10.0.0.2:2");
  await clock.advance(1001);
  assert.equal(channel.state, "ready");
  await channel.close();
});

test("a resolver and a balancer of the caller's own are used", async () => {
  const zoo: ResolverPolicy = {
    scheme: "zoo",
    create(target, host) {
      const found = { addresses: [target.endpoint], weight: 1, locality: undefined, attributes: new Map() };
      host.update({ endpoints: [found] });
      return { resolveNow() {}, close() {} };
    },
  };
  const dropAll: BalancerPolicy<unknown> = {
    name: "drop_all",
    parseConfig: () => undefined,
    create: (host) => ({
      update({ endpoints }) {
        const reason = `no calls to ${endpoints[0]?.addresses}`;
        host.publish("ready", { pick: () => ({ kind: "drop", reason }) });
        return undefined;
      },
      exitIdle() {},
      close() {},
    }),
  };
  const options = { resolvers: [zoo], balancers: [dropAll], loadBalancing: "drop_all" };
  const { channel } = createBench("zoo:///gannet:7", options);
  const call = new RecordedCall(channel, { waitForReady: true });
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: no calls to gannet:7");
  await channel.close();
});

test("a name without addresses fails calls with what the resolver says", async () => {
  const zoo: ResolverPolicy = {
    scheme: "zoo",
    create(_, host) {
      host.fail("cannot resolve gannet: the zoo is closed");
      return { resolveNow() {}, close() {} };
    },
  };
  const { channel } = createBench("zoo:gannet", { resolvers: [zoo] });
  const call = new RecordedCall(channel, {});
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: cannot resolve gannet: the zoo is closed");
  await channel.close();
});

test("messages that are sent before there is a connection wait, and their sender is told when there is room", async () => {
  const { server, channel } = createBench();
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
  const { channel } = createBench();
  const call = new RecordedCall(channel, {}, false);
  call.writer.send({ seconds: "noon" });
  await settle();
  assert.match(call.outcome, /^INTERNAL: the request cannot be encoded: /);
  await channel.close();
});

test("connect resolves once there is a connection, and rejects with why there is none", async () => {
  const { server, channel } = createBench();
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
  const { server, channel } = createBench();
  server.isSilent = true;
  const controller = new AbortController();
  const connected = channel.connect({ signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(connected, { message: "enough" });
  await channel.close();
});

test("close ends calls under way, calls that wait and calls that come later, and leaves no timer", async () => {
  const { clock, server, channel } = createBench();
  server.limits = { maxConcurrentStreams: 1 };
  const calls = [new RecordedCall(channel, { deadline: 5000 }), new RecordedCall(channel, { deadline: 5000 })];
  await settle();
  const closed = channel.close();
  assert.equal(channel.close(), closed);
  await closed;
  calls.push(new RecordedCall(channel, {}));
  await settle();
  for (const call of calls) assert.match(call.outcome, /^UNAVAILABLE: the channel was closed/);
  assert.equal(channel.state, "shutdown");
  await clock.advance(10_000);
  assert.equal(clock.timers, 0);
});

test("close gives up an attempt to connect", async () => {
  const { clock, server, channel } = createBench();
  server.isSilent = true;
  const call = new RecordedCall(channel, {});
  await settle();
  await channel.close();
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: the channel was closed");
  assert.equal(clock.timers, 0);
});

test("a channel without calls for half an hour closes its connection until the next call", async () => {
  const { clock, server, channel } = createBench();
  const call = new RecordedCall(channel, {});
  await settle();
  await clock.advance(90 * 60_000);
  assert.equal(channel.state, "ready");
  server.calls[0]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  await clock.advance(60 * 60_000 + 1);
  assert.equal(channel.state, "idle");
  assert.notEqual(server.connections[0]?.closeReason, undefined);
  const next = new RecordedCall(channel, {});
  await settle();
  server.calls[1]?.reply();
  await settle();
  assert.equal(next.outcome, "OK");
  await channel.close();
});

test("calls are spread over all addresses as the policy says that was asked for", async () => {
  const { server, channel } = createBench("ipv4:10.0.0.1:1,10.0.0.2:2,10.0.0.3:3", { loadBalancing: "round_robin" });
  await channel.connect();
  await settle();
  const calls = Array.from({ length: 6 }, () => new RecordedCall(channel, {}));
  await settle();
  assert.deepEqual(
    server.connections.map(({ calls: { length } }) => length),
    [2, 2, 2],
  );
  for (const call of server.calls) call.reply();
  await settle();
  assert.deepEqual(
    calls.map(({ outcome }) => outcome),
    Array.from({ length: 6 }, () => "OK"),
  );
  server.connections[0]?.goaway(0);
  await settle();
  const more = new RecordedCall(channel, {});
  await settle();
  assert.equal(server.connections.length, 4);
  assert.equal(more.outcome, "open");
  await channel.close();
});

test("of several policies with their configs the first is taken that the channel knows", async () => {
  const loadBalancing = [{ best_of_all: {} }, { ring_hash: { requestHashHeader: "user" } }];
  const { server, channel } = createBench("ipv4:10.0.0.1:1,10.0.0.2:2", { loadBalancing });
  const metadata = new Metadata({ user: "otto" });
  for (let call = 0; call < 5; call++) new RecordedCall(channel, { metadata });
  await settle();
  assert.deepEqual(
    server.connections.map(({ calls: { length } }) => length),
    [5],
  );
  await channel.close();
});
