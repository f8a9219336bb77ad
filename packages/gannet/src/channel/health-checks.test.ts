/** Client-side health checking (gRFC A17), against backends that a test answers for by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { callCredentials, type GrpcEvent } from "../core/index.ts";
import { VirtualClock } from "../testing/index.ts";
import type { Channel } from "./channel.ts";
import type { ChannelOptions } from "./channel-options.ts";
import { createChannelIn } from "./create-channel.ts";
import { insecure } from "./credentials/index.ts";
import type { ResolverHost, ResolverPolicy } from "./resolver/index.ts";
import { RecordedCall } from "./testdata/recorded-call.ts";
import { type ScriptedCall, ScriptedServer, settle } from "./testdata/scripted-server.ts";

const WATCH = "/grpc.health.v1.Health/Watch";
const SERVING = Uint8Array.of(8, 1);
const NOT_SERVING = Uint8Array.of(8, 2);
const SERVICE_UNKNOWN = Uint8Array.of(8, 3);
const CONFIG = { healthCheckConfig: { serviceName: "zoo" } };

class HealthBench {
  readonly clock = new VirtualClock();
  readonly server = new ScriptedServer();
  readonly events: GrpcEvent[] = [];
  readonly channel: Channel;

  constructor(options: ChannelOptions = {}, target = "ipv4:10.0.0.1:1") {
    this.channel = createChannelIn({ clock: this.clock, random: () => 0.5, connect: this.server.connect }, target, {
      credentials: insecure(),
      serviceConfig: CONFIG,
      loadBalancing: "round_robin",
      onEvent: (event) => this.events.push(event),
      ...options,
    });
    this.channel.connect().catch(() => {});
  }

  /** All watches so far, those that are over included. */
  get watches(): readonly ScriptedCall[] {
    return this.server.calls.filter(({ path }) => path === WATCH);
  }

  /** The newest watch. */
  get watch(): ScriptedCall {
    return this.watches.at(-1) ?? assert.fail("the backend was not asked for its health");
  }

  async say(status: Uint8Array, watch: ScriptedCall = this.watch): Promise<void> {
    watch.send(status);
    await settle();
  }

  /** Where a call goes that is answered at once: the state of the channel otherwise. */
  async call(): Promise<string> {
    const call = new RecordedCall(this.channel, {});
    await settle();
    for (const arrived of this.server.calls) if (arrived.path !== WATCH && !arrived.isOver) arrived.reply();
    await settle();
    const { outcome } = call;
    call.writer.cancel();
    return outcome;
  }

  told(name: string): readonly GrpcEvent[] {
    return this.events.filter((event) => event.name === name);
  }
}

async function createBench(options?: ChannelOptions, target?: string): Promise<HealthBench> {
  const bench = new HealthBench(options, target);
  await settle();
  return bench;
}

test("a backend is asked as soon as it is connected, by the name of the config, and gets no calls before it has answered", async () => {
  const bench = await createBench();
  assert.equal(bench.watches.length, 1);
  assert.deepEqual([...bench.watch.received], [0, 0, 0, 0, 5, 10, 3, ...Buffer.from("zoo")]);
  assert.equal(bench.channel.state, "connecting");
  assert.equal(await bench.call(), "open");
  await bench.say(SERVING);
  assert.equal(bench.channel.state, "ready");
  assert.equal(await bench.call(), "OK");
  await bench.channel.close();
});

test("one that is NOT_SERVING gets no calls until it is SERVING again, and keeps its connection", async () => {
  const bench = await createBench();
  await bench.say(SERVING);
  await bench.say(NOT_SERVING);
  assert.equal(bench.channel.state, "transientFailure");
  assert.equal(await bench.call(), "UNAVAILABLE: zoo at in-memory is NOT_SERVING");
  await bench.say(SERVICE_UNKNOWN);
  assert.equal(await bench.call(), "UNAVAILABLE: zoo at in-memory is SERVICE_UNKNOWN");
  await bench.say(SERVING);
  assert.equal(bench.channel.state, "ready");
  assert.equal(await bench.call(), "OK");
  assert.equal(bench.server.connections.length, 1);
  assert.equal(bench.watches.length, 1);
  const told = bench.told("health").map(({ level, fields }) => `${level} ${String(fields["state"])}`);
  assert.deepEqual(told, ["info ready", "warning transientFailure", "warning transientFailure", "info ready"]);
  await bench.channel.close();
});

test("of several backends only those that are fit get calls", async () => {
  const bench = await createBench({}, "ipv4:10.0.0.1:1,10.0.0.2:2,10.0.0.3:3");
  const [first, second, third] = bench.watches;
  assert.ok(first && second && third);
  for (const watch of [first, second, third]) await bench.say(SERVING, watch);
  await bench.say(NOT_SERVING, second);
  for (let calls = 0; calls < 6; calls++) assert.equal(await bench.call(), "OK");
  const counts = bench.server.connections.map(({ calls }) => calls.filter(({ path }) => path !== WATCH).length);
  assert.deepEqual(counts, [3, 0, 3]);
  await bench.say(SERVING, second);
  for (let calls = 0; calls < 6; calls++) assert.equal(await bench.call(), "OK");
  assert.equal(bench.server.connections[1]?.calls.length, 3);
  await bench.channel.close();
});

test("a server without the service is taken for healthy, which is told once, and is not asked again", async () => {
  const bench = await createBench();
  bench.watch.fail(12, "no such service");
  await settle();
  assert.equal(bench.channel.state, "ready");
  assert.equal(await bench.call(), "OK");
  await bench.clock.advance(600_000);
  assert.equal(bench.watches.length, 1);
  assert.deepEqual(bench.told("health-unimplemented"), [
    { name: "health-unimplemented", level: "error", fields: { peer: "in-memory", service: "zoo" } },
  ]);
  await bench.channel.close();
});

test("a watch that fails is made again with a backoff, and the backend gets no calls meanwhile", async () => {
  const bench = await createBench();
  bench.watch.fail(13, "broken");
  await settle();
  assert.equal(bench.channel.state, "transientFailure");
  const reason = "zoo at in-memory could not be asked for its health: INTERNAL: broken";
  assert.equal(await bench.call(), `UNAVAILABLE: ${reason}`);
  await bench.clock.advance(999);
  assert.equal(bench.watches.length, 1);
  await bench.clock.advance(1);
  await settle();
  assert.equal(bench.watches.length, 2);
  // Another attempt is under way: until it has succeeded calls fail as before.
  assert.equal(await bench.call(), `UNAVAILABLE: ${reason}`);
  bench.watch.fail(13, "broken");
  await settle();
  await bench.clock.advance(1599);
  assert.equal(bench.watches.length, 2);
  await bench.clock.advance(1);
  await settle();
  await bench.say(SERVING);
  assert.equal(bench.channel.state, "ready");
  await bench.channel.close();
});

test("after an answer a watch that ends is made again at once, and once more only after the first backoff", async () => {
  const bench = await createBench();
  bench.watch.fail(13);
  await settle();
  await bench.clock.advance(1000);
  await settle();
  await bench.say(SERVING);
  bench.watch.fail(14, "restarting");
  await settle();
  await bench.clock.advance(0);
  await settle();
  assert.equal(bench.watches.length, 3);
  bench.watch.fail(14);
  await settle();
  await bench.clock.advance(999);
  assert.equal(bench.watches.length, 3);
  await bench.clock.advance(1);
  await settle();
  assert.equal(bench.watches.length, 4);
  await bench.channel.close();
});

test("an answer that cannot be read is a watch that failed", async () => {
  const bench = await createBench();
  await bench.say(Uint8Array.of(0xff));
  assert.equal(bench.channel.state, "transientFailure");
  assert.ok(bench.watch.reset !== undefined);
  await bench.clock.advance(999);
  assert.equal(bench.watches.length, 1);
  await bench.channel.close();
});

test("the watch is cancelled when the server says GOAWAY, and the next connection is asked anew", async () => {
  const bench = await createBench();
  await bench.say(SERVING);
  const [first] = bench.server.connections;
  first?.goaway(2 ** 31 - 1);
  await settle();
  assert.ok(bench.watches[0]?.reset !== undefined);
  assert.equal(bench.server.connections.length, 2);
  assert.notEqual(first?.closeReason, undefined);
  assert.equal(bench.channel.state, "connecting");
  await bench.say(SERVING);
  assert.equal(await bench.call(), "OK");
  await bench.channel.close();
});

test("a connection that is lost fails no call that waits: another is opened, as without a watch", async () => {
  const bench = await createBench();
  await bench.say(SERVING);
  bench.server.connections[0]?.cut();
  await settle();
  assert.equal(bench.channel.state, "connecting");
  assert.deepEqual(bench.told("health").length, 1);
  await bench.channel.close();
});

test("a watch goes with the credentials of the channel", async () => {
  const bench = await createBench({
    callCredentials: callCredentials(() => ({ authorization: "Bearer zookeeper" }), { allowPlaintext: true }),
  });
  assert.equal(bench.watch.header?.get("authorization"), "Bearer zookeeper");
  await bench.say(SERVING);
  assert.equal(await bench.call(), "OK");
  await bench.channel.close();
});

test("nobody is asked where the config has no name, or the channel says not to", async () => {
  for (const options of [
    { serviceConfig: {} },
    { serviceConfig: { healthCheckConfig: {} } },
    { healthChecks: false },
  ]) {
    const bench = await createBench(options);
    assert.equal(bench.channel.state, "ready");
    assert.equal(await bench.call(), "OK");
    assert.equal(bench.watches.length, 0);
    await bench.channel.close();
  }
});

test("an empty name asks for the server as a whole", async () => {
  const bench = await createBench({ serviceConfig: { healthCheckConfig: { serviceName: "" } } });
  assert.deepEqual([...bench.watch.received], [0, 0, 0, 0, 0]);
  await bench.say(NOT_SERVING);
  assert.equal(await bench.call(), "UNAVAILABLE: the server at in-memory is NOT_SERVING");
  await bench.channel.close();
});

test("a name that is no text is an error", () => {
  const serviceConfig = { healthCheckConfig: { serviceName: 1 as unknown as string } };
  assert.throws(() => new HealthBench({ serviceConfig }), /healthCheckConfig.serviceName: expected a text, got 1/);
});

test("pick_first asks nobody, by itself", async () => {
  const bench = await createBench({ loadBalancing: "pick_first" });
  assert.equal(bench.channel.state, "ready");
  assert.equal(await bench.call(), "OK");
  assert.equal(bench.watches.length, 0);
  await bench.channel.close();
});

test("all policies that spread calls ask, and leave out who is not fit", async () => {
  const policies = [
    { least_request: {} },
    { weighted_round_robin: {} },
    { ring_hash: { requestHashHeader: "user" } },
    { random_subsetting: { subsetSize: 2, childPolicy: [{ round_robin: {} }] } },
    { outlier_detection: { childPolicy: [{ round_robin: {} }] } },
  ];
  for (const loadBalancing of policies) {
    const bench = await createBench({ loadBalancing });
    const call = bench.call();
    await settle();
    await bench.say(NOT_SERVING);
    const what = JSON.stringify(loadBalancing);
    assert.equal(await call, "UNAVAILABLE: zoo at in-memory is NOT_SERVING", what);
    await bench.say(SERVING);
    assert.equal(await bench.call(), "OK", what);
    await bench.channel.close();
  }
});

test("a watch is not counted as a call, and keeps a channel without calls from nothing", async () => {
  const bench = await createBench({ idleTimeoutMs: 60_000 });
  await bench.say(SERVING);
  assert.equal(bench.channel.stats().calls.started, 0);
  await bench.clock.advance(120_001);
  await settle();
  assert.equal(bench.channel.state, "idle");
  assert.ok(bench.watch.reset !== undefined);
  assert.equal(bench.channel.stats().connections.open, 0);
  await bench.channel.close();
});

test("a watch takes protobuf's format where the other calls of a channel have JSON", async () => {
  const bench = await createBench({ format: "json" });
  assert.equal(bench.watch.header?.get("content-type"), "application/grpc");
  await bench.say(SERVING);
  assert.equal(bench.channel.state, "ready");
  await bench.channel.close();
});

test("when the config names another service that is asked for, on the same connection", async () => {
  let found: ResolverHost | undefined;
  const endpoint = { addresses: ["10.0.0.1:1"], weight: 1, locality: undefined, attributes: new Map() };
  const resolve = (serviceName: string | undefined) => {
    found?.update({ endpoints: [endpoint], serviceConfig: { healthCheckConfig: { serviceName } } });
  };
  const resolver: ResolverPolicy = {
    scheme: "zoo",
    create(_, host) {
      found = host;
      resolve("lions");
      return { resolveNow() {}, close() {} };
    },
  };
  const bench = await createBench({ resolvers: [resolver], serviceConfig: undefined }, "zoo:///all");
  await bench.say(SERVING);
  const first = bench.watch;
  resolve("lions");
  resolve("bears");
  await settle();
  assert.ok(first.reset !== undefined);
  assert.deepEqual(bench.watch.received.subarray(7), Buffer.from("bears"));
  assert.equal(bench.channel.state, "connecting");
  await bench.say(NOT_SERVING);
  assert.equal(bench.channel.state, "transientFailure");
  resolve(undefined);
  await settle();
  assert.equal(bench.channel.state, "ready");
  assert.equal(bench.server.connections.length, 1);
  await bench.channel.close();
});
