import assert from "node:assert/strict";
import { test } from "node:test";
import { type ErrorCode, GrpcError, Metadata } from "../core/index.ts";
import { VirtualClock } from "../testing/index.ts";
import type { BalancerPolicy } from "./balancer/index.ts";
import type { ChannelOptions } from "./channel-options.ts";
import { createChannelIn } from "./create-channel.ts";
import { insecure } from "./credentials/index.ts";
import type { CallSelector, Found, ResolverHost, ResolverPolicy } from "./resolver/index.ts";
import { RecordedCall } from "./testdata/recorded-call.ts";
import { ScriptedServer, settle } from "./testdata/scripted-server.ts";

const ENDPOINTS = [{ addresses: ["10.0.0.1:1"] }, { addresses: ["10.0.0.2:2"] }];

/** A channel whose resolver may choose for calls, and finds what a test says. */
function createBench(options: ChannelOptions = {}) {
  const server = new ScriptedServer();
  const clock = new VirtualClock();
  let host: ResolverHost | undefined;
  const zoo: ResolverPolicy = {
    scheme: "zoo",
    mayConfigure: true,
    create(_, owner) {
      host = owner;
      return { resolveNow() {}, close() {} };
    },
  };
  const environment = { clock, random: () => 0.5, connect: server.connect };
  const all = { credentials: insecure(), resolvers: [zoo], ...options };
  const channel = createChannelIn(environment, "zoo:gannet", all);
  const resolve = (selectCall: CallSelector | undefined, more: Partial<Found> = {}) =>
    host?.update({ endpoints: ENDPOINTS, selectCall, ...more });
  return { server, clock, channel, resolve };
}

test("A31: it is asked once for each call, with its method and metadata, and calls that wait are asked for too", async () => {
  const { server, channel, resolve } = createBench();
  const asked: string[] = [];
  const early = new RecordedCall(channel, {
    metadata: new Metadata().append("zone", "a").append("zone", "b").set("key-bin", Uint8Array.of(1)),
  });
  await settle();
  assert.equal(asked.length, 0);
  resolve(({ path, metadata }) => {
    asked.push(`${path} ${metadata("zone")} ${metadata("key-bin")}`);
    return {};
  });
  const late = new RecordedCall(channel, {});
  await settle();
  assert.deepEqual(asked, ["/test.Clock/Tell a,b undefined", "/test.Clock/Tell undefined undefined"]);
  for (const call of server.calls) call.reply();
  await settle();
  assert.deepEqual([early.outcome, late.outcome], ["OK", "OK"]);
  await channel.close();
});

test("A31: the method config that is chosen takes the place of the service config's, retries included", async () => {
  const { server, clock, channel, resolve } = createBench();
  const methodConfig = {
    timeout: "5s",
    retryPolicy: {
      maxAttempts: 2,
      initialBackoff: "0.1s",
      maxBackoff: "1s",
      backoffMultiplier: 2,
      retryableStatusCodes: ["UNAVAILABLE"],
    },
  };
  const choices: object[] = [{ methodConfig }, {}];
  resolve(undefined);
  const call = new RecordedCall(channel, {});
  resolve(() => choices.shift() ?? {}, { serviceConfig: { methodConfig: [{ name: [{}], timeout: "9s" }] } });
  await settle();
  new RecordedCall(channel, {});
  await settle();
  assert.deepEqual(
    server.calls.map(({ header }) => header?.get("grpc-timeout")),
    ["5000m", "9000m"],
  );
  server.calls[0]?.fail(14);
  await clock.advance(200);
  server.calls[2]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  await channel.close();
});

test("A31: balancers go by what was chosen, for all attempts", async () => {
  const picked: unknown[] = [];
  const byCluster: BalancerPolicy<unknown> = {
    name: "by_cluster",
    parseConfig: () => undefined,
    create: (host) => ({
      update() {
        host.publish("ready", {
          pick({ attributes, hash }) {
            picked.push([attributes?.get("cluster"), hash]);
            return { kind: "drop", reason: "full" };
          },
        });
        return undefined;
      },
      exitIdle() {},
      close() {},
    }),
  };
  const { channel, resolve } = createBench({ balancers: [byCluster], loadBalancing: "by_cluster" });
  const call = new RecordedCall(channel, {});
  resolve(() => ({ hash: 7n, attributes: new Map([["cluster", "blue"]]) }));
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: full");
  assert.deepEqual(picked, [["blue", 7n]]);
  await channel.close();
});

test("ring_hash sends calls to where the hash that was chosen says", async () => {
  const { server, channel, resolve } = createBench({ loadBalancing: "ring_hash" });
  let hash = 0n;
  const early = new RecordedCall(channel, {});
  resolve(() => ({ hash }));
  await settle();
  server.calls[0]?.reply();
  await settle();
  assert.equal(early.outcome, "OK");
  const first = server.attempts.length;
  new RecordedCall(channel, {});
  await settle();
  assert.equal(server.attempts.length, first, "the same hash needs no other connection");
  for (let step = 1n; step < 16n; step++) {
    hash = step << 60n;
    new RecordedCall(channel, {});
    await settle();
  }
  assert.deepEqual(new Set(server.attempts), new Set(["10.0.0.1:1", "10.0.0.2:2"]));
  await channel.close();
});

test("A31: it is told once that a call is over, whatever became of that", async () => {
  const { server, channel, resolve } = createBench();
  let committed = 0;
  const call = new RecordedCall(channel, {});
  resolve(() => ({ onCommitted: () => committed++ }));
  await settle();
  const cancelled = new RecordedCall(channel, {});
  await settle();
  assert.equal(committed, 0);
  server.calls[0]?.reply();
  cancelled.writer.cancel();
  await settle();
  assert.deepEqual([call.outcome, cancelled.outcome], ["OK", "CANCELLED: the call was cancelled"]);
  assert.equal(committed, 2);
  await channel.close();
});

test("A31, A54: it may end a call, but not with a code that only an application gives", async () => {
  const { channel, resolve } = createBench();
  let thrown: unknown;
  const first = new RecordedCall(channel, {});
  resolve(() => {
    throw thrown;
  });
  await settle();
  assert.equal(first.outcome, "INTERNAL: nothing chooses how the call is made: undefined");
  for (const [code, expected] of [
    ["UNAVAILABLE", "UNAVAILABLE: nothing chooses how the call is made: no route"],
    ["NOT_FOUND", "INTERNAL: nothing chooses how the call is made (NOT_FOUND): no route"],
    ["DATA_LOSS", "INTERNAL: nothing chooses how the call is made (DATA_LOSS): no route"],
  ] as const satisfies readonly (readonly [ErrorCode, string])[]) {
    thrown = new GrpcError(code, "no route");
    const call = new RecordedCall(channel, { waitForReady: true });
    await settle();
    assert.equal(call.outcome, expected);
  }
  await channel.close();
});

test("A31: a balancer hears of what was found before calls are chosen for by it", async () => {
  const order: string[] = [];
  const heard: BalancerPolicy<unknown> = {
    name: "heard",
    parseConfig: () => undefined,
    create: (host) => ({
      update() {
        order.push("balancer");
        host.publish("ready", { pick: () => ({ kind: "drop", reason: "enough" }) });
        return undefined;
      },
      exitIdle() {},
      close() {},
    }),
  };
  const { channel, resolve } = createBench({ balancers: [heard], loadBalancing: "heard" });
  new RecordedCall(channel, {});
  resolve(() => {
    order.push("selector");
    return {};
  });
  await settle();
  assert.deepEqual(order, ["balancer", "selector"]);
  await channel.close();
});

test("where the service config cannot be used, what chose before goes on choosing", async () => {
  const { channel, resolve } = createBench();
  const asked: string[] = [];
  new RecordedCall(channel, {});
  const selectorOf = (name: string): CallSelector => {
    return () => {
      asked.push(name);
      return {};
    };
  };
  resolve(selectorOf("old"), { serviceConfig: {} });
  resolve(selectorOf("new"), { serviceConfig: { methodConfig: 1 } });
  new RecordedCall(channel, {});
  resolve(selectorOf("newest"), { serviceConfig: {} });
  new RecordedCall(channel, {});
  assert.deepEqual(asked, ["old", "old", "newest"]);
  await channel.close();
});

test("a call ends as it does, although what is to hear of it throws", async () => {
  const { server, channel, resolve } = createBench();
  const call = new RecordedCall(channel, {});
  resolve(() => ({
    onCommitted() {
      throw new Error("oops");
    },
  }));
  await settle();
  server.calls[0]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  await channel.close();
});
