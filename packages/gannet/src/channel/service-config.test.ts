import assert from "node:assert/strict";
import { test } from "node:test";
import { callRaw } from "../client/index.ts";
import type { GrpcEvent } from "../core/index.ts";
import { VirtualClock } from "../testing/index.ts";
import type { Channel } from "./channel.ts";
import type { ChannelOptions } from "./channel-options.ts";
import { createChannelIn } from "./create-channel.ts";
import { insecure } from "./credentials/index.ts";
import type { ResolverHost, ResolverPolicy } from "./resolver/index.ts";
import { RecordedCall } from "./testdata/recorded-call.ts";
import { ScriptedServer, settle } from "./testdata/scripted-server.ts";

const ADDRESSES = ["10.0.0.1:1", "10.0.0.2:2"];

interface Bench {
  readonly server: ScriptedServer;
  readonly channel: Channel;
  readonly events: readonly GrpcEvent[];
  /** The resolver finds the addresses, and this config. */
  resolve(serviceConfig?: unknown): string | undefined;
  failToResolve(reason: string): void;
}

/** A channel whose resolver may find a config, and finds what a test says. */
function createBench(options: ChannelOptions = {}): Bench {
  const server = new ScriptedServer();
  const events: GrpcEvent[] = [];
  let host: ResolverHost | undefined;
  const zoo: ResolverPolicy = {
    scheme: "zoo",
    mayConfigure: true,
    create(_, owner) {
      host = owner;
      return { resolveNow() {}, close() {} };
    },
  };
  const environment = { clock: new VirtualClock(), random: () => 0.5, connect: server.connect };
  const onEvent = (event: GrpcEvent) => void events.push(event);
  const all = { credentials: insecure(), resolvers: [zoo], onEvent, ...options };
  const channel = createChannelIn(environment, "zoo:gannet", all);
  const endpoints = ADDRESSES.map((address) => {
    return { addresses: [address], weight: 1, locality: undefined, attributes: new Map() };
  });
  return {
    server,
    channel,
    events,
    resolve: (serviceConfig) => host?.update({ endpoints, serviceConfig }),
    failToResolve: (reason) => host?.fail(reason),
  };
}

test("calls wait for the config that the resolver finds, and are made as it says", async () => {
  const { server, channel, resolve } = createBench();
  const call = new RecordedCall(channel, {});
  await settle();
  assert.equal(channel.stats().calls.started, 1);
  resolve({ loadBalancingConfig: [{ round_robin: {} }], methodConfig: [{ name: [{}], timeout: "5s" }] });
  await settle();
  assert.equal(server.connections.length, 2);
  assert.equal(server.calls[0]?.header?.get("grpc-timeout") !== undefined, true);
  server.calls[0]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  await channel.close();
});

test("what the channel was given holds where the resolver finds none", async () => {
  const { server, channel, resolve } = createBench({ serviceConfig: { loadBalancingPolicy: "round_robin" } });
  new RecordedCall(channel, {});
  resolve();
  await settle();
  assert.equal(server.connections.length, 2);
  await channel.close();
});

test("a config that cannot be used fails calls that do not wait, until there is one that can", async () => {
  const { channel, events, resolve } = createBench();
  const call = new RecordedCall(channel, {});
  const patient = new RecordedCall(channel, { waitForReady: true });
  const reason = 'methodConfig[0].timeout: expected a duration such as "1.5s", got "x"';
  assert.match(resolve({ methodConfig: [{ name: [{}], timeout: "x" }] }) ?? "", /cannot be used/);
  await settle();
  assert.equal(call.outcome, `UNAVAILABLE: the service config cannot be used: ${reason}`);
  assert.equal(patient.outcome, "open");
  assert.ok(events.some(({ name, level }) => name === "service-config" && level === "error"));
  assert.equal(resolve({}), undefined);
  await settle();
  assert.equal(channel.state, "ready");
  await channel.close();
});

test("a config that cannot be used leaves the one before it in use", async () => {
  const { server, channel, resolve } = createBench();
  new RecordedCall(channel, {});
  resolve({ loadBalancingPolicy: "round_robin" });
  await settle();
  resolve({ loadBalancingPolicy: 7 });
  await settle();
  assert.equal(channel.state, "ready");
  assert.equal(server.connections.filter(({ closeReason }) => closeReason === undefined).length, 2);
  await channel.close();
});

test("fields that nobody knows are told, once, when they were found, and refused in a program", async () => {
  const { channel, events, resolve } = createBench();
  new RecordedCall(channel, {});
  resolve({ retires: 1 });
  resolve({ retires: 1 });
  const told = events.filter(({ name }) => name === "service-config").map(({ fields }) => fields["reason"]);
  assert.deepEqual(told, ["nobody knows the field retires"]);
  await channel.close();
  const serviceConfig = { retires: 1 } as object;
  const message = "serviceConfig: nobody knows the field retires";
  assert.throws(() => createBench({ serviceConfig }), { code: "GANNET_INVALID_OPTION", message });
});

test("what is no JSON is read all the same, and refused like anything else that is no config", async () => {
  const { channel, resolve } = createBench();
  const call = new RecordedCall(channel, {});
  const endless: Record<string, unknown> = { loadBalancingPolicy: "round_robin" };
  endless["self"] = endless;
  assert.equal(resolve(endless), undefined);
  assert.equal(resolve({ self: 1n, loadBalancingPolicy: "round_robin" }), undefined);
  assert.equal(
    resolve(() => {}),
    undefined,
  );
  assert.equal(call.outcome, "open");
  await channel.close();
});

test("calls that wait for a config are made without one when the name cannot be resolved", async () => {
  const { channel, failToResolve } = createBench();
  const call = new RecordedCall(channel, {});
  failToResolve("cannot resolve gannet: the zoo is closed");
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: cannot resolve gannet: the zoo is closed");
  await channel.close();
});

test("the policy changes without losing calls, and the old one is used until the new one is ready", async () => {
  const { server, channel, resolve } = createBench();
  await Promise.all([channel.connect(), settle().then(() => resolve({}))]);
  const before = new RecordedCall(channel, {});
  await settle();
  resolve({ loadBalancingPolicy: "round_robin" });
  const meanwhile = new RecordedCall(channel, {});
  await settle();
  for (const call of server.calls) call.reply();
  await settle();
  assert.deepEqual([before.outcome, meanwhile.outcome], ["OK", "OK"]);
  await channel.close();
});

test("defaults hold for calls that do not say", async () => {
  const { server, channel, resolve } = createBench({ defaults: { timeoutMs: 1500 } });
  new RecordedCall(channel, {});
  new RecordedCall(channel, { deadline: 700 });
  resolve();
  await settle();
  assert.deepEqual(
    server.calls.map(({ header }) => header?.get("grpc-timeout")),
    ["1500m", "700m"],
  );
  await channel.close();
});

test("settings under a name that is a slip are told of with the first call, whoever gave the config, and once", async () => {
  const serviceConfig = { methodConfig: [{ name: [{ service: "test.Clock", method: "tell" }], timeout: "5s" }] };
  for (const given of [serviceConfig, undefined]) {
    const { server, channel, events, resolve } = createBench({ serviceConfig: given });
    new RecordedCall(channel, {});
    for (let update = 0; update < 2; update++) {
      resolve(given === undefined ? serviceConfig : undefined);
      await settle();
      new RecordedCall(channel, {});
      new RecordedCall(channel, {}, false);
    }
    const reasons = events.filter(({ name }) => name === "service-config").map(({ fields }) => fields["reason"]);
    assert.deepEqual(reasons, ['methodConfig[0].name[0].method: test.Clock has no method "tell"; did you mean Tell?']);
    assert.equal(server.calls[0]?.header?.get("grpc-timeout"), undefined);
    await channel.close();
  }
});

test("who hands on bytes by their path is not told of methods that others call", async () => {
  const name = [{ service: "test.Clock", method: "Tell" }, { service: "Clock" }];
  const { channel, events, resolve } = createBench({ serviceConfig: { methodConfig: [{ name, timeout: "5s" }] } });
  const call = callRaw(channel, "/test.Clock/Watch", []);
  resolve();
  await settle();
  await channel.close();
  await assert.rejects(call.next(), { code: "UNAVAILABLE" });
  assert.deepEqual(
    events.filter((event) => event.name === "service-config"),
    [],
  );
});
