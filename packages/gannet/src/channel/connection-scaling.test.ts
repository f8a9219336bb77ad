/** Further connections where a server allows fewer streams than there are calls (gRFC A105). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChannelOptions } from "./channel-options.ts";
import type { ResolverHost, ResolverPolicy } from "./resolver/index.ts";
import { ChannelBench, outcomesOf } from "./testdata/channel-bench.ts";
import { settle } from "./testdata/scripted-server.ts";

/** A server that allows two streams on each connection, and a channel that may open so many to it. */
function createBench(maxConnectionsPerSubchannel: number | undefined, options: ChannelOptions = {}): ChannelBench {
  const serviceConfig = { connectionScaling: { maxConnectionsPerSubchannel } };
  const bench = new ChannelBench("10.0.0.1:1", { serviceConfig, ...options });
  bench.server.limits = { maxConcurrentStreams: 2 };
  return bench;
}

test("calls beyond the streams of a connection go on further ones, as many as are allowed, the oldest first", async () => {
  const bench = createBench(3);
  const calls = await bench.call(8);
  assert.deepEqual(bench.spread, [2, 2, 2]);
  assert.equal(bench.channel.stats().calls.waitingForRoom, 2);
  assert.deepEqual(bench.channel.stats().connections, { open: 3, total: 3, further: 2 });
  assert.equal(bench.channel.subchannels()[0]?.stats().calls.waitingForRoom, 2);
  bench.server.connections[2]?.calls[0]?.reply();
  bench.server.connections[0]?.calls[0]?.reply();
  await settle();
  assert.deepEqual(bench.spread, [3, 2, 3]);
  for (const call of bench.server.calls) call.reply();
  await settle();
  const again = await bench.call(1);
  assert.deepEqual(bench.spread, [4, 2, 3]);
  for (const call of bench.server.calls) call.reply();
  await settle();
  assert.deepEqual(new Set(outcomesOf([...calls, ...again])), new Set(["OK"]));
  await bench.channel.close();
});

test("without a config, and with one that is not set, there is one connection, and calls wait in order", async () => {
  for (const asked of [undefined, 0, 1]) {
    const bench = createBench(asked);
    const calls = await bench.call(4);
    assert.deepEqual(bench.spread, [2]);
    assert.deepEqual(
      bench.told("stream-limit").map(({ level, fields }) => [level, fields]),
      [
        [
          "warning",
          {
            addresses: ["10.0.0.1:1"],
            connections: 1,
            maxConnections: 1,
            reason: "in-memory allows 2 calls at a time on its connection",
          },
        ],
      ],
    );
    for (const call of bench.server.calls) call.reply();
    await settle();
    for (const call of bench.server.calls) call.reply();
    await settle();
    assert.deepEqual(outcomesOf(calls), ["OK", "OK", "OK", "OK"]);
    await bench.channel.close();
  }
});

test("whatever is asked for, the channel's own limit holds", async () => {
  for (const [limit, expected] of [
    [undefined, 10],
    [2, 2],
    [12, 12],
  ] as const) {
    const bench = createBench(100, { maxConnectionsPerSubchannel: limit });
    await bench.call(30);
    for (let round = 0; round < 12; round++) await settle();
    assert.equal(bench.spread.length, expected);
    await bench.channel.close();
  }
});

test("one attempt is made at a time", async () => {
  const bench = createBench(5);
  await bench.call(2);
  bench.server.isSilent = true;
  await bench.call(6);
  assert.equal(bench.server.attempts.length, 2);
  await bench.call(1);
  await bench.advance(10_000);
  assert.equal(bench.server.attempts.length, 2);
  await bench.channel.close();
});

test("a further connection that cannot be made is tried again under backoff, while the channel stays ready", async () => {
  const bench = createBench(2);
  const calls = await bench.call(2);
  bench.server.down.add("10.0.0.1:1");
  calls.push(...(await bench.call(2, { deadline: 5000 })));
  assert.equal(bench.channel.state, "ready");
  assert.equal(bench.channel.subchannels()[0]?.stats().failure, undefined);
  assert.equal(bench.server.attempts.length, 2);
  await bench.advance(999);
  assert.equal(bench.server.attempts.length, 2);
  await bench.advance(2);
  assert.equal(bench.server.attempts.length, 3);
  await bench.advance(4100);
  const reason =
    "in-memory allows 2 calls at a time on its connection; another cannot be made: connect ECONNREFUSED 10.0.0.1:1";
  assert.ok(calls[3]?.outcome.includes(`room for the call: ${reason}`), calls[3]?.outcome);
  // Nobody waits any more: there is no reason to go on.
  const { length } = bench.server.attempts;
  await bench.advance(600_000);
  assert.equal(bench.server.attempts.length, length);
  await bench.channel.close();
});

test("a server that raises its limit gets the calls that wait, without a further connection", async () => {
  const bench = createBench(2);
  bench.server.limits = { maxConcurrentStreams: 10 };
  await bench.channel.connect();
  const [connection] = bench.server.connections;
  connection?.setMaxStreams(2);
  await settle();
  bench.server.isSilent = true;
  await bench.call(5);
  assert.deepEqual(bench.spread, [2]);
  connection?.setMaxStreams(4);
  await settle();
  assert.deepEqual(bench.spread, [4]);
  await bench.channel.close();
});

test("a config that allows more than the one before opens further connections at once, one that allows less closes none", async () => {
  let host: ResolverHost | undefined;
  const say = (most: number) => {
    const endpoints = [{ addresses: ["10.0.0.1:1"], weight: 1, locality: undefined, attributes: new Map() }];
    host?.update({ endpoints, serviceConfig: { connectionScaling: { maxConnectionsPerSubchannel: most } } });
  };
  const zoo: ResolverPolicy = {
    scheme: "zoo",
    create(_, given) {
      host = given;
      say(1);
      return { resolveNow() {}, close() {} };
    },
  };
  const bench = new ChannelBench("zoo:gannet", { resolvers: [zoo] });
  bench.server.limits = { maxConcurrentStreams: 1 };
  await bench.call(3);
  assert.deepEqual(bench.spread, [1]);
  say(3);
  await settle();
  assert.deepEqual(bench.spread, [1, 1, 1]);
  say(1);
  await settle();
  assert.equal(bench.channel.stats().connections.open, 3);
  await bench.channel.close();
});

test("a connection that is lost leaves calls in line to the others, and another is opened in its place", async () => {
  const bench = createBench(2);
  const calls = await bench.call(6);
  bench.server.connections[0]?.cut();
  await settle();
  assert.deepEqual(bench.spread, [2, 2, 2]);
  assert.equal(bench.channel.state, "ready");
  for (const call of bench.server.calls) call.reply();
  await settle();
  const lost = calls.filter(({ outcome }) => outcome !== "OK");
  assert.deepEqual(lost.length, 2);
  await bench.channel.close();
});

test("once all connections are lost calls in line go to where there is one next", async () => {
  const bench = new ChannelBench("ipv4:10.0.0.1:1,10.0.0.2:1", {
    serviceConfig: { connectionScaling: { maxConnectionsPerSubchannel: 2 } },
  });
  bench.server.limits = { maxConcurrentStreams: 1 };
  const calls = await bench.call(3);
  assert.deepEqual(bench.spread, [1, 1]);
  bench.server.down.add("10.0.0.1:1");
  bench.server.connections[0]?.cut();
  bench.server.connections[1]?.cut();
  await settle();
  assert.deepEqual(bench.spread, [1, 1, 1]);
  bench.server.connections[2]?.calls[0]?.reply();
  await settle();
  assert.equal(outcomesOf(calls)[2], "OK");
  await bench.channel.close();
});

test("the channel is connecting, or failing, once its only connection is lost while a further one is opened", async () => {
  const connecting = createBench(2);
  await connecting.call(2);
  connecting.server.isSilent = true;
  await connecting.call(1);
  connecting.server.connections[0]?.cut();
  await settle();
  assert.equal(connecting.channel.state, "connecting");
  assert.equal(connecting.server.attempts.length, 2);
  await connecting.channel.close();

  const failing = createBench(2);
  await failing.call(2);
  failing.server.down.add("10.0.0.1:1");
  await failing.call(1);
  failing.server.connections[0]?.cut();
  await settle();
  assert.equal(failing.channel.state, "transientFailure");
  assert.equal(failing.server.attempts.length, 2);
  failing.server.down.clear();
  await failing.advance(1001);
  assert.equal(failing.channel.state, "ready");
  await failing.channel.close();
});

test("a call that is cancelled leaves the line, and close ends those in it", async () => {
  const bench = createBench(1);
  const calls = await bench.call(4);
  calls[2]?.writer.cancel();
  assert.equal(bench.channel.stats().calls.waitingForRoom, 1);
  await bench.channel.close();
  await settle();
  assert.match(calls[3]?.outcome ?? "", /^UNAVAILABLE: the channel was closed/);
  assert.equal(bench.channel.stats().calls.waitingForRoom, 0);
  assert.equal(bench.clock.timers, 0);
});

test("least_request no longer counts a call for a backend in whose line it waited, once that is lost", async () => {
  let drawn = 0;
  const random = () => {
    drawn = (drawn + (Math.sqrt(5) - 1) / 2) % 1;
    return drawn;
  };
  const bench = new ChannelBench("ipv4:10.0.0.1:1,10.0.0.2:1", { loadBalancing: "least_request" }, { random });
  bench.server.limits = { maxConcurrentStreams: 2 };
  await bench.channel.connect();
  await settle();
  const answer = async () => {
    for (const call of bench.server.calls) if (!call.isOver) call.reply();
    await settle();
  };
  await bench.call(40);
  bench.server.limits = {};
  bench.server.connections[0]?.cut();
  await bench.advance(5000);
  while (bench.channel.stats().calls.waitingForRoom > 0) await answer();
  await answer();
  const before = bench.spread;
  for (let call = 0; call < 100; call++) {
    await bench.call(1);
    await answer();
  }
  const shares = bench.spread.map((count, index) => count - (before[index] ?? 0));
  assert.equal(shares[0], 0);
  assert.ok(
    shares.slice(1).every((share) => share > 30),
    `${shares}`,
  );
  await bench.channel.close();
});
