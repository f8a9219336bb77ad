/** What a channel does over hours, with the times at which it did. Chance is a generator's, so that jitter shows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Http2Code } from "../http2/index.ts";
import type { Connector } from "./subchannel/index.ts";
import { ChannelBench } from "./testdata/channel-bench.ts";
import { RecordedCall } from "./testdata/recorded-call.ts";
import { settle } from "./testdata/scripted-server.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const ADDRESS = "10.0.0.1:1";

/** Numbers from 0 up to 1, the same each time. */
function createChance(): () => number {
  let state = 1;
  return () => {
    state = Math.imul(state, 48271) & 0x7fffffff;
    return state / 0x80000000;
  };
}

/** A channel, and when it attempted to connect. */
function createConnectBench(random: () => number): { readonly bench: ChannelBench; readonly times: number[] } {
  const times: number[] = [];
  const connect: Connector = (address, signal) => {
    times.push(bench.clock.now());
    return bench.server.connect(address, signal);
  };
  const bench = new ChannelBench(ADDRESS, {}, { random, connect });
  return { bench, times };
}

function gapsOf(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

/** The delay before attempt `index + 2`, without jitter. */
function plainBackoffMs(index: number): number {
  return Math.min(SECOND * 1.6 ** index, 120 * SECOND);
}

/** Checks that numbers are spread over all of a range, and nowhere else. */
function checkSpread(values: readonly number[], least: number, most: number): void {
  const width = most - least;
  assert.ok(Math.min(...values) >= least && Math.min(...values) < least + width / 10, `${Math.min(...values)}`);
  assert.ok(Math.max(...values) <= most && Math.max(...values) > most - width / 10, `${Math.max(...values)}`);
}

test("a server that refuses for six hours is tried after one second, 1.6 times as long each time, up to two minutes, give or take a fifth", async () => {
  const { bench, times } = createConnectBench(createChance());
  bench.server.down.add(ADDRESS);
  const call = new RecordedCall(bench.channel, { waitForReady: true });
  await bench.advance(6 * HOUR);
  const factors = gapsOf(times).map((gapMs, index) => gapMs / plainBackoffMs(index));
  assert.ok(Math.abs(times.length - (6 * HOUR) / (2 * MINUTE)) < 15, `${times.length} attempts`);
  checkSpread(factors, 0.8, 1.2);
  bench.server.down.clear();
  await bench.advance(3 * MINUTE);
  assert.equal(bench.channel.state, "ready");
  bench.server.calls[0]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  // It starts over.
  const before = times.length;
  bench.server.down.add(ADDRESS);
  bench.server.connections[0]?.cut();
  await settle();
  new RecordedCall(bench.channel, { waitForReady: true });
  await bench.advance(MINUTE);
  for (const [index, gapMs] of gapsOf(times.slice(before)).entries()) {
    const factor = gapMs / plainBackoffMs(index);
    assert.ok(factor >= 0.8 && factor <= 1.2, `${gapMs}`);
  }
  await bench.channel.close();
});

test("a server that says nothing for six hours has 20 seconds each time, or what its backoff is where that is longer", async () => {
  const { bench, times } = createConnectBench(() => 0.5);
  bench.server.isSilent = true;
  const call = new RecordedCall(bench.channel, { waitForReady: true });
  await bench.advance(6 * HOUR);
  for (const [index, gapMs] of gapsOf(times).entries()) {
    const dueMs = Math.max(20 * SECOND, plainBackoffMs(index));
    assert.ok(Math.abs(gapMs - dueMs) < 1, `${gapMs} ms, not ${dueMs}`);
  }
  assert.ok(times.length > 170);
  assert.equal(call.outcome, "open");
  await bench.channel.close();
});

test("a silent server is asked at least each interval and a quarter, half as often after each too_many_pings", async () => {
  const bench = new ChannelBench(ADDRESS, { keepalive: { intervalMs: MINUTE } });
  let intervalMs = MINUTE;
  for (let round = 0; round < 4; round++) {
    const [call] = await bench.call();
    const connection = bench.server.connections[round];
    assert.ok(connection !== undefined && call !== undefined);
    const times: number[] = [];
    let chunks = connection.http2.chunksReceived;
    for (let passedMs = 0; passedMs < 2 * HOUR; passedMs += SECOND) {
      await bench.clock.advance(SECOND);
      if (connection.http2.chunksReceived === chunks) continue;
      chunks = connection.http2.chunksReceived;
      times.push(bench.clock.now());
    }
    for (const gapMs of gapsOf(times)) {
      // Behind a ping it is looked once its answer is due, 20 s later.
      assert.ok(gapMs >= intervalMs && gapMs <= intervalMs * 1.25 + 21 * SECOND, `${gapMs} ms in round ${round}`);
    }
    assert.ok(times.length >= (2 * HOUR) / (intervalMs * 1.25 + 21 * SECOND) - 1, `${times.length} pings`);
    assert.equal(call.outcome, "open");
    connection.http2.close(Http2Code.EnhanceYourCalm, "too_many_pings");
    await settle();
    assert.equal(bench.told("goaway").at(-1)?.level, "warning", "it is logged by default");
    intervalMs *= 2;
  }
  await bench.channel.close();
});

test("a server that is gone in the fifth hour is given up without another word", async () => {
  const bench = new ChannelBench(ADDRESS, { keepalive: { intervalMs: 5 * MINUTE } });
  const [call] = await bench.call();
  await bench.advance(5 * HOUR);
  const [connection] = bench.server.connections;
  assert.ok(connection !== undefined);
  connection.isLost = true;
  const lostAt = bench.clock.now();
  while (call?.outcome === "open") await bench.advance(SECOND);
  const noticedMs = bench.clock.now() - lostAt;
  assert.ok(noticedMs > 20 * SECOND && noticedMs <= 5 * MINUTE * 1.25 + 41 * SECOND, `${noticedMs} ms`);
  assert.match(call?.outcome ?? "", /^UNAVAILABLE: the server did not answer a ping in 20 s/);
  assert.equal(connection.lostChunks, 1, "the ping, and no GOAWAY");
  assert.notEqual(connection.closeReason, undefined, "the pipe is destroyed");
  await bench.channel.close();
});

test("delays between attempts of hundreds of calls are spread over a fifth to either side, and never grow beyond their limit", async () => {
  const retryPolicy = {
    maxAttempts: 5,
    initialBackoff: "10s",
    maxBackoff: "60s",
    backoffMultiplier: 3,
    retryableStatusCodes: ["UNAVAILABLE" as const],
  };
  const serviceConfig = { methodConfig: [{ name: [{}], retryPolicy }] };
  const bench = new ChannelBench(ADDRESS, { serviceConfig }, { random: createChance() });
  const factors: number[][] = [[], [], [], []];
  for (let count = 0; count < 100; count++) {
    const [call] = await bench.call();
    for (const [index, delayMs] of [10, 30, 60, 60].map((seconds) => seconds * SECOND).entries()) {
      bench.server.calls.at(-1)?.fail(14);
      const made = bench.server.calls.length;
      const failedAt = bench.clock.now();
      while (bench.server.calls.length === made) await bench.advance(delayMs / 100);
      factors[index]?.push((bench.clock.now() - failedAt) / delayMs);
    }
    bench.server.calls.at(-1)?.fail(14, "the fifth");
    await settle();
    assert.equal(call?.outcome, "UNAVAILABLE: the fifth");
  }
  for (const each of factors) checkSpread(each, 0.79, 1.21);
  assert.ok(bench.clock.now() > 4 * HOUR);
  await bench.channel.close();
});

test("a delay that the server names is kept to the millisecond, hours if it says so", async () => {
  const retryPolicy = {
    maxAttempts: 5,
    initialBackoff: "1s",
    maxBackoff: "1s",
    backoffMultiplier: 1,
    retryableStatusCodes: ["UNAVAILABLE" as const],
  };
  const serviceConfig = { methodConfig: [{ name: [{}], retryPolicy }] };
  const bench = new ChannelBench(ADDRESS, { serviceConfig }, { random: createChance() });
  const [call] = await bench.call();
  for (const delayMs of [1, SECOND, HOUR, 10 * HOUR]) {
    const made = bench.server.calls.length;
    bench.server.calls.at(-1)?.fail(14, "", ["grpc-retry-pushback-ms", String(delayMs)]);
    await settle();
    await bench.advance(delayMs - 1);
    assert.equal(bench.server.calls.length, made);
    await bench.advance(1);
    assert.equal(bench.server.calls.length, made + 1);
  }
  bench.server.calls.at(-1)?.reply();
  await settle();
  assert.equal(call?.outcome, "OK");
  await bench.channel.close();
});

test("hedges start at their delay from each other, or at once when one fails, from which on the delay counts", async () => {
  const hedgingPolicy = { maxAttempts: 5, hedgingDelay: "600s", nonFatalStatusCodes: ["UNAVAILABLE" as const] };
  const serviceConfig = { methodConfig: [{ name: [{}], hedgingPolicy }] };
  const bench = new ChannelBench(ADDRESS, { serviceConfig });
  const [call] = await bench.call();
  const times = [bench.clock.now()];
  for (let passedMs = 0; passedMs < 2 * HOUR; passedMs += SECOND) {
    await bench.clock.advance(SECOND);
    if (passedMs === 25 * MINUTE) bench.server.calls[0]?.fail(14);
    await settle();
    while (times.length < bench.server.calls.length) times.push(bench.clock.now());
  }
  assert.deepEqual(
    gapsOf(times).map((gapMs) => gapMs / SECOND),
    [600, 600, 5 * 60 + 1, 600],
  );
  bench.server.calls[4]?.reply();
  await settle();
  assert.equal(call?.outcome, "OK");
  await bench.channel.close();
});

test("a channel with a call every twenty minutes keeps its connection for a day, and gives it up half an hour to an hour after the last", async () => {
  const bench = new ChannelBench(ADDRESS);
  for (let count = 0; count < 72; count++) {
    const [call] = await bench.call();
    bench.server.calls.at(-1)?.reply();
    await settle();
    assert.equal(call?.outcome, "OK");
    await bench.advance(20 * MINUTE);
  }
  assert.equal(bench.server.connections.length, 1);
  const lastAt = bench.clock.now() - 20 * MINUTE;
  while (bench.channel.state === "ready") await bench.advance(MINUTE);
  const idleMs = bench.clock.now() - lastAt;
  assert.ok(idleMs >= 30 * MINUTE && idleMs <= 61 * MINUTE, `${idleMs / MINUTE} minutes`);
  await bench.advance(100 * HOUR);
  assert.equal(bench.server.attempts.length, 1);
  await bench.channel.close();
});

test("a call under way keeps its connection, however long it takes", async () => {
  const bench = new ChannelBench(ADDRESS);
  const [call] = await bench.call();
  await bench.advance(100 * HOUR);
  assert.equal(call?.outcome, "open");
  assert.equal(bench.channel.state, "ready");
  bench.server.calls[0]?.reply();
  await settle();
  assert.equal(call?.outcome, "OK");
  await bench.channel.close();
});

test("a server that sends a connection away every ten minutes, for hours, is connected to at once each time", async () => {
  const bench = new ChannelBench(ADDRESS);
  for (let round = 0; round < 36; round++) {
    const [call] = await bench.call();
    await bench.advance(10 * MINUTE);
    bench.server.connections.at(-1)?.goaway(0x7fffffff);
    await settle();
    const [next] = await bench.call();
    assert.equal(bench.server.connections.length, round + 2);
    bench.server.connections.at(-2)?.calls.at(-1)?.reply();
    bench.server.connections.at(-1)?.calls.at(-1)?.reply();
    await settle();
    assert.deepEqual([call?.outcome, next?.outcome], ["OK", "OK"]);
  }
  await bench.channel.close();
});

test("a server that ends each connection before a call got anything of it is met with backoff from the second on", async () => {
  const { bench, times } = createConnectBench(() => 0.5);
  const outcomes: string[] = [];
  for (let round = 0; round < 6; round++) {
    const [call] = await bench.call(1, { waitForReady: true });
    if (round > 1) await bench.advance(plainBackoffMs(round - 2));
    bench.server.connections.at(-1)?.cut();
    await settle();
    outcomes.push(String(call?.outcome));
  }
  assert.deepEqual(gapsOf(times).map(Math.round), [0, 1000, 1600, 2560, 4096]);
  for (const outcome of outcomes) assert.match(outcome, /^UNAVAILABLE: the peer closed/);
  const [impatient] = await bench.call();
  assert.match(
    String(impatient?.outcome),
    /^UNAVAILABLE: connect to .*: the server closed the connection at once \(5 attempts/,
  );

  const [call] = await bench.call(1, { waitForReady: true });
  await bench.advance(plainBackoffMs(4));
  bench.server.calls.at(-1)?.reply();
  await settle();
  bench.server.connections.at(-1)?.cut();
  await settle();
  await bench.call();
  assert.deepEqual([call?.outcome, Math.round(gapsOf(times).at(-1) ?? -1)], ["OK", 0]);
  await bench.channel.close();
});
