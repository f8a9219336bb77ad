import assert from "node:assert/strict";
import { test } from "node:test";
import { Http2Code } from "../../http2/index.ts";
import { VirtualClock } from "../../testing/index.ts";
import type { Channel } from "../channel.ts";
import { createChannelIn } from "../create-channel.ts";
import { insecure } from "../credentials/index.ts";
import { RecordedCall } from "../testdata/recorded-call.ts";
import { ScriptedServer, settle } from "../testdata/scripted-server.ts";
import type { ChannelKeepaliveOptions } from "./connection-keepalive.ts";

interface Bench {
  readonly server: ScriptedServer;
  readonly channel: Channel;
  advance(ms: number): Promise<void>;
}

async function createBench(keepalive: ChannelKeepaliveOptions): Promise<Bench> {
  const clock = new VirtualClock();
  const server = new ScriptedServer();
  const environment = { clock, random: () => 0.5, connect: server.connect };
  const channel = createChannelIn(environment, "10.0.0.1:1", { credentials: insecure(), keepalive });
  await channel.connect();
  await settle();
  const advance = async (ms: number) => {
    await clock.advance(ms);
    await settle();
  };
  return { server, channel, advance };
}

/** From now on nothing arrives at the server. */
function lose({ server }: Bench): void {
  const connection = server.connections.at(-1);
  if (connection !== undefined) connection.isLost = true;
}

test("a server that does not answer a ping is given up, and its calls fail", async () => {
  const bench = await createBench({ intervalMs: 60_000 });
  const call = new RecordedCall(bench.channel, {});
  await settle();
  lose(bench);
  await bench.advance(75_000);
  assert.equal(bench.server.connections[0]?.lostChunks, 1);
  assert.equal(call.outcome, "open");
  await bench.advance(20_000);
  assert.match(call.outcome, /^UNAVAILABLE: the server did not answer a ping in 20 s/);
  assert.equal(bench.channel.state, "idle");
  await bench.channel.close();
});

test("a server that answers is pinged again and again, and keeps its calls for hours", async () => {
  const bench = await createBench({ intervalMs: 60_000 });
  const call = new RecordedCall(bench.channel, {});
  await settle();
  for (let minute = 0; minute < 180; minute++) await bench.advance(60_000);
  assert.equal(call.outcome, "open");
  bench.server.calls[0]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  await bench.channel.close();
});

test("without calls nothing is sent, unless that was asked for", async () => {
  for (const permitWithoutCalls of [false, true]) {
    const bench = await createBench({ intervalMs: 60_000, permitWithoutCalls });
    lose(bench);
    await bench.advance(20 * 60_000);
    assert.equal(bench.server.connections[0]?.lostChunks, permitWithoutCalls ? 1 : 0);
    assert.equal(bench.channel.state, permitWithoutCalls ? "idle" : "ready");
    await bench.channel.close();
  }
});

test("pings come every ten seconds at most, and by default not at all", async () => {
  const often = await createBench({ intervalMs: 1 });
  new RecordedCall(often.channel, {});
  await settle();
  lose(often);
  await often.advance(9000);
  assert.equal(often.server.connections[0]?.lostChunks, 0);
  await often.advance(4000);
  assert.equal(often.server.connections[0]?.lostChunks, 1);
  await often.channel.close();
  const never = await createBench({});
  new RecordedCall(never.channel, {});
  await settle();
  lose(never);
  await never.advance(24 * 60 * 60_000);
  assert.equal(never.server.connections[0]?.lostChunks, 0);
  await never.channel.close();
});

test("the first call after a long silence finds out soon whether the server is still there", async () => {
  const bench = await createBench({ intervalMs: 60_000 });
  await bench.advance(25 * 60_000);
  lose(bench);
  const call = new RecordedCall(bench.channel, {});
  await bench.advance(15_000);
  const lost = bench.server.connections[0]?.lostChunks ?? 0;
  await bench.advance(20_000);
  assert.match(call.outcome, /^UNAVAILABLE: the server did not answer a ping in 20 s/);
  assert.equal(lost, 2, "the call, and a ping at most a quarter of the interval later");
  await bench.channel.close();
});

test("a server that says something is not pinged, however little it is", async () => {
  const bench = await createBench({ intervalMs: 60_000 });
  const call = new RecordedCall(bench.channel, {}, false);
  await settle();
  bench.server.calls[0]?.sendHeader();
  for (let time = 0; time < 600; time++) {
    await bench.advance(50_000);
    bench.server.connections[0]?.http2.ping(new Uint8Array(8));
    await settle();
  }
  lose(bench);
  assert.equal(bench.server.connections[0]?.lostChunks, 0);
  await bench.advance(95_000);
  assert.match(call.outcome, /^UNAVAILABLE: the server did not answer a ping/);
  await bench.channel.close();
});

test("after too_many_pings pings come half as often, on later connections too", async () => {
  const bench = await createBench({ intervalMs: 60_000 });
  bench.server.connections[0]?.http2.close(Http2Code.EnhanceYourCalm, "too_many_pings");
  await settle();
  new RecordedCall(bench.channel, {});
  await settle();
  lose(bench);
  await bench.advance(119_000);
  assert.equal(bench.server.connections[1]?.lostChunks, 0);
  await bench.advance(31_000);
  assert.equal(bench.server.connections[1]?.lostChunks, 1);
  await bench.channel.close();
});
