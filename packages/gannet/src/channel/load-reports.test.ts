/** Reports of load apart from calls (gRFC A51), from backends that a test answers for by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { GrpcEvent } from "../core/index.ts";
import { VirtualClock } from "../testing/index.ts";
import type { BalancerPolicy, LoadReport, Subchannel } from "./balancer/index.ts";
import type { Channel } from "./channel.ts";
import { createChannelIn } from "./create-channel.ts";
import { insecure } from "./credentials/index.ts";
import { type ScriptedCall, ScriptedServer, settle } from "./testdata/scripted-server.ts";

/** `OrcaLoadReport { cpu_utilization: 0.5 }`. */
const HALF_BUSY = Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f);

/** A channel with one subchannel, whose load a test watches. */
class LoadBench {
  readonly clock = new VirtualClock();
  readonly server = new ScriptedServer();
  readonly events: GrpcEvent[] = [];
  readonly channel: Channel;
  subchannel: Subchannel | undefined;

  constructor() {
    const policy: BalancerPolicy<undefined> = {
      name: "one",
      parseConfig: () => undefined,
      create: (host) => ({
        update: ({ endpoints: [endpoint] }) => {
          if (endpoint === undefined || this.subchannel !== undefined) return undefined;
          this.subchannel = host.createSubchannel(endpoint, (state) => {
            if (state === "idle") this.subchannel?.connect();
          });
          return undefined;
        },
        exitIdle() {},
        close: () => this.subchannel?.close(),
      }),
    };
    this.channel = createChannelIn(
      { clock: this.clock, random: () => 0.5, connect: this.server.connect },
      "ipv4:10.0.0.1:1",
      {
        credentials: insecure(),
        balancers: [policy],
        loadBalancing: "one",
        onEvent: (event) => this.events.push(event),
      },
    );
    this.channel.connect().catch(() => {});
  }

  watch(intervalMs: number): { readonly reports: LoadReport[]; change(intervalMs: number): void; stop(): void } {
    const reports: LoadReport[] = [];
    const watch = this.subchannel?.watchLoad(intervalMs, (load) => reports.push(load)) ?? assert.fail();
    return { reports, change: (changedMs) => watch.change(changedMs), stop: () => watch.stop() };
  }

  get calls(): readonly ScriptedCall[] {
    return this.server.calls;
  }

  get call(): ScriptedCall {
    return this.calls.at(-1) ?? assert.fail("the backend was not asked for its load");
  }

  async connect(): Promise<void> {
    this.subchannel?.connect();
    await settle();
  }
}

/** Whose request asks for that interval. */
function assertInterval(call: ScriptedCall, ...duration: readonly number[]): void {
  assert.equal(call.path, "/xds.service.orca.v3.OpenRcaService/StreamCoreMetrics");
  assert.deepEqual([...call.received.subarray(5)], [10, duration.length, ...duration]);
}

test("a backend is asked once it is connected, and all who watch hear of each report", async () => {
  const bench = new LoadBench();
  const first = bench.watch(30_000);
  const second = bench.watch(30_000);
  assert.equal(bench.calls.length, 0);
  await bench.connect();
  assert.equal(bench.calls.length, 1);
  assertInterval(bench.call, 8, 30);
  for (let report = 0; report < 2; report++) {
    bench.call.send(HALF_BUSY);
    await settle();
  }
  for (const { reports } of [first, second]) {
    assert.deepEqual(
      reports.map(({ cpuUtilization }) => cpuUtilization),
      [0.5, 0.5],
    );
  }
  await bench.channel.close();
});

test("nobody is asked as long as nobody watches, and the call ends with the last watch", async () => {
  const bench = new LoadBench();
  await bench.connect();
  assert.equal(bench.calls.length, 0);
  const first = bench.watch(10_000);
  const second = bench.watch(10_000);
  await settle();
  first.stop();
  await settle();
  assert.equal(bench.call.reset, undefined);
  second.stop();
  await settle();
  assert.ok(bench.call.reset !== undefined);
  assert.equal(bench.calls.length, 1);
  await bench.channel.close();
});

test("the shortest interval that somebody wants is asked for, anew when it changes", async () => {
  const bench = new LoadBench();
  await bench.connect();
  const slow = bench.watch(60_000);
  const quick = bench.watch(1500);
  await settle();
  assertInterval(bench.calls[0] ?? assert.fail(), 8, 60);
  // 500,000,000 ns.
  assertInterval(bench.call, 8, 1, 16, 0x80, 0xca, 0xb5, 0xee, 1);
  assert.ok(bench.calls[0]?.reset !== undefined);
  slow.change(50_000);
  await settle();
  assert.equal(bench.calls.length, 2);
  quick.change(20_000);
  await settle();
  assertInterval(bench.call, 8, 20);
  quick.stop();
  await settle();
  assertInterval(bench.call, 8, 50);
  assert.equal(bench.server.connections.length, 1);
  await bench.channel.close();
});

test("a server without the service is not asked again on the same connection, which is told once", async () => {
  const bench = new LoadBench();
  const watch = bench.watch(10_000);
  await bench.connect();
  bench.call.fail(12, "no such service");
  await settle();
  watch.change(5000);
  await bench.clock.advance(600_000);
  await settle();
  assert.equal(bench.calls.length, 1);
  const told = bench.events.filter(({ name }) => name === "load-unimplemented");
  assert.deepEqual(told, [{ name: "load-unimplemented", level: "error", fields: { peer: "in-memory" } }]);
  bench.server.connections[0]?.cut();
  await settle();
  assert.equal(bench.calls.length, 2);
  assertInterval(bench.call, 8, 5);
  await bench.channel.close();
});

test("a call that fails is made again with a backoff, at once where a report had come", async () => {
  const bench = new LoadBench();
  const { reports } = bench.watch(10_000);
  await bench.connect();
  bench.call.fail(14);
  await settle();
  await bench.clock.advance(999);
  assert.equal(bench.calls.length, 1);
  await bench.clock.advance(1);
  await settle();
  assert.equal(bench.calls.length, 2);
  bench.call.send(HALF_BUSY);
  bench.call.fail(14);
  await settle();
  await bench.clock.advance(0);
  await settle();
  assert.equal(bench.calls.length, 3);
  bench.call.fail(14);
  await settle();
  await bench.clock.advance(999);
  assert.equal(bench.calls.length, 3);
  await bench.clock.advance(1);
  await settle();
  assert.equal(bench.calls.length, 4);
  assert.equal(reports.length, 1);
  await bench.channel.close();
});

test("bytes that are no report are a call that failed", async () => {
  const bench = new LoadBench();
  const { reports } = bench.watch(10_000);
  await bench.connect();
  bench.call.send(Uint8Array.of(0xff));
  await settle();
  assert.ok(bench.call.reset !== undefined);
  assert.equal(reports.length, 0);
  await bench.clock.advance(1000);
  await settle();
  assert.equal(bench.calls.length, 2);
  await bench.channel.close();
});

test("the call is cancelled when the server says GOAWAY and when the subchannel is closed", async () => {
  const bench = new LoadBench();
  bench.watch(10_000);
  await bench.connect();
  bench.server.connections[0]?.goaway(2 ** 31 - 1);
  await settle();
  assert.ok(bench.calls[0]?.reset !== undefined);
  assert.equal(bench.calls.length, 2);
  bench.subchannel?.close();
  await settle();
  assert.ok(bench.calls[1]?.reset !== undefined);
  assert.equal(bench.channel.stats().connections.open, 0);
  await bench.channel.close();
});
