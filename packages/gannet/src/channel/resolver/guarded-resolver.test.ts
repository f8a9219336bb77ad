import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../../client/index.ts";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { createServer } from "../../server/index.ts";
import { createInMemoryChannel, VirtualClock } from "../../testing/index.ts";
import { createChannelIn } from "../create-channel.ts";
import { insecure } from "../credentials/index.ts";
import { RecordedCall } from "../testdata/recorded-call.ts";
import { ScriptedServer, settle } from "../testdata/scripted-server.ts";
import type { Resolver, ResolverHost, ResolverPolicy } from "./resolver.ts";

/** A channel with a resolver of a test, and all hosts that were given to that. */
function createBench(create: (host: ResolverHost) => Resolver) {
  const server = new ScriptedServer();
  const clock = new VirtualClock();
  const hosts: ResolverHost[] = [];
  const zoo: ResolverPolicy = {
    scheme: "zoo",
    create(_, host) {
      hosts.push(host);
      return create(host);
    },
  };
  const environment = { clock, random: () => 0.5, connect: server.connect };
  const channel = createChannelIn(environment, "zoo:gannet", { credentials: insecure(), resolvers: [zoo] });
  return { server, clock, channel, hosts };
}

const NOTHING_TO_DO: Resolver = { resolveNow() {}, close() {} };

test("what a resolver tells after the channel went to sleep is not heard when it wakes", async () => {
  const { server, clock, channel, hosts } = createBench(() => NOTHING_TO_DO);
  const call = new RecordedCall(channel, {});
  hosts[0]?.update({ endpoints: [{ addresses: ["10.0.0.1:1"] }] });
  await settle();
  server.calls[0]?.reply();
  await clock.advance(3_600_000);
  assert.deepEqual([call.outcome, channel.state], ["OK", "idle"]);
  assert.equal(hosts[0]?.update({ endpoints: [{ addresses: ["10.0.0.9:9"] }] }), undefined);
  hosts[0]?.fail("too late");
  assert.equal(channel.state, "idle");

  const next = new RecordedCall(channel, {});
  hosts[0]?.update({ endpoints: [{ addresses: ["10.0.0.9:9"] }] });
  await settle();
  assert.deepEqual([hosts.length, next.outcome], [2, "open"]);
  hosts[1]?.fail("nobody knows gannet");
  await settle();
  assert.equal(next.outcome, "UNAVAILABLE: nobody knows gannet");
  assert.deepEqual(server.attempts, ["10.0.0.1:1"]);
  await channel.close();
});

test("a resolver that throws fails calls, and nothing else", async () => {
  const { channel } = createBench(() => {
    throw new Error("no zoo here");
  });
  const call = new RecordedCall(channel, {});
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: the resolver failed: no zoo here");
  await channel.close();

  const found = (host: ResolverHost) => host.update({ endpoints: [{ addresses: ["10.0.0.1:1"] }] });
  const later = createBench((host) => {
    found(host);
    return {
      resolveNow() {
        throw new Error("not now");
      },
      close() {
        throw new Error("not ever");
      },
    };
  });
  const before = new RecordedCall(later.channel, {});
  await settle();
  later.server.connections[0]?.cut();
  await settle();
  const after = new RecordedCall(later.channel, {});
  await settle();
  later.server.calls.at(-1)?.reply();
  await settle();
  assert.match(before.outcome, /^UNAVAILABLE/);
  assert.equal(after.outcome, "OK");
  await later.channel.close();
});

test("an endpoint has what balancers look at, whether a resolver says it or not", async () => {
  const { server, channel } = createBench((host) => {
    host.update({ endpoints: [{ addresses: ["10.0.0.1:1", "10.0.0.2:2"] }] });
    return NOTHING_TO_DO;
  });
  server.down.add("10.0.0.1:1");
  const call = new RecordedCall(channel, {});
  await settle();
  server.calls[0]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  await channel.close();
});

test("the calls of a resolver are not for the handler whose call has woken the channel", async () => {
  const directory = createServer().addPartial(RouteGuide, {
    getFeature: (_, call) => ({ name: String(call.timeRemainingMs()) }),
  });
  const directoryChannel = createInMemoryChannel(directory);
  const looked: Promise<string>[] = [];
  const { channel } = createBench(() => {
    looked.push(
      createClient(RouteGuide, directoryChannel)
        .getFeature({})
        .then(({ name }) => name),
    );
    return NOTHING_TO_DO;
  });
  const frontend = createServer().addPartial(RouteGuide, {
    getFeature: () => {
      new RecordedCall(channel, {});
      return {};
    },
  });
  const frontendChannel = createInMemoryChannel(frontend);
  await createClient(RouteGuide, frontendChannel).getFeature({}, { timeoutMs: 60_000 });
  assert.deepEqual(
    await Promise.all(looked),
    ["undefined"],
    "it has no deadline of its own, and none of the handler's",
  );
  await Promise.all([channel, directoryChannel, frontendChannel].map((one) => one.close()));
  await Promise.all([directory, frontend].map((one) => one.shutdown()));
});

test("what a resolver finds that is no list of endpoints with addresses fails calls with what is wrong, and throws at nobody", async () => {
  for (const [found, problem] of [
    [undefined, /^endpoints: expected a list, got undefined$/],
    [{ endpoints: {} }, /^endpoints: expected a list, got /],
    [
      { endpoints: [{ addresses: ["10.0.0.1:1"] }, null] },
      /^endpoints\[1\]\.addresses: expected a list of texts, got undefined$/,
    ],
    [
      { endpoints: [{ addresses: "10.0.0.1:1" }] },
      /^endpoints\[0\]\.addresses: expected a list of texts, got "10\.0\.0\.1:1"$/,
    ],
    [{ endpoints: [{ addresses: [50051] }] }, /^endpoints\[0\]\.addresses: expected a list of texts, got /],
    [
      { endpoints: [{ addresses: ["10.0.0.1:1", "10.0.0.2"] }] },
      /^endpoints\[0\]\.addresses\[1\]: "10\.0\.0\.2" is no address: a port is missing, as in /,
    ],
    [
      { endpoints: [{ addresses: ["http://10.0.0.1:1"] }] },
      /^endpoints\[0\]\.addresses\[0\]: "http:\/\/10\.0\.0\.1:1" is no address: leave http:\/\/ out/,
    ],
  ] as const) {
    const { channel, hosts } = createBench(() => NOTHING_TO_DO);
    const call = new RecordedCall(channel, {});
    const refusal = hosts[0]?.update(found as unknown as Parameters<ResolverHost["update"]>[0]) ?? "";
    assert.match(refusal, problem);
    await settle();
    assert.equal(call.outcome, `UNAVAILABLE: the resolver failed: ${refusal}`);
    await channel.close();
  }
});
