import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata } from "../core/index.ts";
import type { BalancerPolicy } from "./balancer/index.ts";
import type { ResolverPolicy } from "./resolver/index.ts";
import { ADDRESS, ChannelBench } from "./testdata/channel-bench.ts";
import { RecordedCall } from "./testdata/recorded-call.ts";
import { settle } from "./testdata/scripted-server.ts";

test("a channel connects with the first call, and ends it with the server's answer", async () => {
  const { server, channel } = new ChannelBench();
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
  const { server, channel } = new ChannelBench(ADDRESS, { authority: "books.example", userAgent: "library/2.0" });
  new RecordedCall(channel, {});
  await settle();
  assert.equal(server.calls[0]?.header?.get(":authority"), "books.example");
  assert.equal(server.calls[0]?.header?.get("user-agent"), "library/2.0 gannet/0.1.0");
  await channel.close();
});

test("after GOAWAY calls under way finish, later streams are replayed and new calls get a new connection", async () => {
  const { server, channel } = new ChannelBench();
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
  const { server, channel } = new ChannelBench();
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
  const { server, channel } = new ChannelBench();
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
  const { server, channel } = new ChannelBench();
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
  const { channel } = new ChannelBench("zoo:///gannet:7", options);
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
  const { channel } = new ChannelBench("zoo:gannet", { resolvers: [zoo] });
  const call = new RecordedCall(channel, {});
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: cannot resolve gannet: the zoo is closed");
  await channel.close();
});

test("close ends calls under way, calls that wait and calls that come later, and leaves no timer", async () => {
  const { clock, server, channel } = new ChannelBench();
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

test("a channel without calls for half an hour closes its connection until the next call", async () => {
  const { clock, server, channel } = new ChannelBench();
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
  const { server, channel } = new ChannelBench("ipv4:10.0.0.1:1,10.0.0.2:2,10.0.0.3:3", {
    loadBalancing: "round_robin",
  });
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
  const { server, channel } = new ChannelBench("ipv4:10.0.0.1:1,10.0.0.2:2", { loadBalancing });
  const metadata = new Metadata({ user: "otto" });
  for (let call = 0; call < 5; call++) new RecordedCall(channel, { metadata });
  await settle();
  assert.deepEqual(
    server.connections.map(({ calls: { length } }) => length),
    [5],
  );
  await channel.close();
});
