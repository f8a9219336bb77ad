/** Connections that go, and the calls that are made again for it (RFC 9113 §6.8; gRFC A6, "Transparent Retries"). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConnectedPipe } from "../net/index.ts";
import type { Connector } from "./subchannel/index.ts";
import { ChannelBench, outcomesOf } from "./testdata/channel-bench.ts";
import { settle } from "./testdata/scripted-server.ts";

const MAX_STREAM_ID = 2 ** 31 - 1;
/** Two attempts for `UNAVAILABLE`, and nothing else. */
const TWO_ATTEMPTS = {
  methodConfig: [
    {
      name: [{}],
      retryPolicy: {
        maxAttempts: 2,
        initialBackoff: "1s",
        maxBackoff: "1s",
        backoffMultiplier: 1,
        retryableStatusCodes: ["UNAVAILABLE" as const],
      },
    },
  ],
};

async function reply(bench: ChannelBench): Promise<void> {
  for (const call of bench.server.calls) call.reply();
  await settle();
}

test("streams above the last that a GOAWAY names are made again at once, on a connection of their own, and the others finish", async () => {
  const bench = new ChannelBench();
  const calls = await bench.call(5);
  bench.server.connections[0]?.goaway(5);
  await settle();
  assert.deepEqual(bench.spread, [5, 2]);
  assert.equal(bench.clock.now(), 0, "nothing was waited for");
  await reply(bench);
  assert.deepEqual(outcomesOf(calls), ["OK", "OK", "OK", "OK", "OK"]);
  await bench.channel.close();
});

test("a further GOAWAY that names an earlier stream has more of them made again, and each is made once", async () => {
  const bench = new ChannelBench();
  const calls = await bench.call(3);
  const [old] = bench.server.connections;
  old?.goaway(MAX_STREAM_ID);
  await settle();
  assert.deepEqual(bench.spread, [3]);
  old?.goaway(3);
  await settle();
  old?.goaway(1);
  await settle();
  assert.deepEqual(bench.spread, [3, 2]);
  await reply(bench);
  assert.deepEqual(outcomesOf(calls), ["OK", "OK", "OK"]);
  await bench.channel.close();
});

test("a GOAWAY that takes back what the one before said ends the connection", async () => {
  const bench = new ChannelBench();
  const calls = await bench.call(3);
  const [old] = bench.server.connections;
  old?.sayGoaway(1);
  old?.sayGoaway(5);
  await settle();
  assert.deepEqual(bench.spread, [3, 2]);
  assert.match(calls[0]?.outcome ?? "", /^UNAVAILABLE: a GOAWAY names a later stream than the one before it/);
  assert.deepEqual(
    bench.told("http2-violation").map(({ fields }) => fields["violation"]),
    ["PROTOCOL_ERROR"],
  );
  await reply(bench);
  assert.deepEqual(outcomesOf(calls).slice(1), ["OK", "OK"]);
  await bench.channel.close();
});

test("a call that is not looked at a second time fails", async () => {
  const bench = new ChannelBench();
  const [call] = await bench.call(1);
  bench.server.connections[0]?.goaway(0);
  await settle();
  bench.server.connections[1]?.goaway(0);
  await settle();
  assert.match(call?.outcome ?? "", /^UNAVAILABLE: the server closes the connection/);
  assert.deepEqual(bench.spread, [1, 1]);
  await bench.channel.close();
});

test("a call that was made again for a GOAWAY or a refusal has used none of its attempts", async () => {
  for (const lose of ["goaway", "refuse"] as const) {
    const bench = new ChannelBench("10.0.0.1:1", { serviceConfig: TWO_ATTEMPTS });
    const [call] = await bench.call(1);
    const [first] = bench.server.calls;
    if (lose === "goaway") bench.server.connections[0]?.goaway(0);
    else first?.refuse();
    await settle();
    const second = bench.server.calls[1];
    assert.equal(second?.header?.get("grpc-previous-rpc-attempts"), undefined);
    second?.fail(14, "busy");
    await bench.advance(1001);
    const third = bench.server.calls[2];
    assert.equal(third?.header?.get("grpc-previous-rpc-attempts"), "1");
    third?.reply();
    await settle();
    assert.equal(call?.outcome, "OK");
    await bench.channel.close();
  }
});

test("once it was made again for nothing, its policy says what becomes of it", async () => {
  const bench = new ChannelBench("10.0.0.1:1", { serviceConfig: TWO_ATTEMPTS });
  const [call] = await bench.call(1);
  bench.server.calls[0]?.refuse();
  await settle();
  bench.server.calls[1]?.refuse();
  await settle();
  assert.equal(bench.server.calls.length, 2);
  await bench.advance(1001);
  assert.equal(bench.server.calls.length, 3);
  bench.server.calls[2]?.reply();
  await settle();
  assert.equal(call?.outcome, "OK");
  await bench.channel.close();
});

/** A bench whose connections send nothing while they are `held`, though they receive. */
function createHeldBench(): { readonly bench: ChannelBench; held: boolean; readonly pipes: ConnectedPipe[] } {
  const pipes: ConnectedPipe[] = [];
  const connect: Connector = async (address, signal) => {
    const pipe = await held.bench.server.connect(address, signal);
    const flush = () => pipe.requestFlush();
    pipes.push(pipe);
    return new Proxy(pipe, {
      get(target, name) {
        if (name === "requestFlush") return held.held ? () => {} : flush;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  };
  const held = { bench: new ChannelBench("10.0.0.1:1", {}, { connect }), held: true, pipes };
  return held;
}

test("a call whose connection is lost before anything of it has left is made again as often as that happens", async () => {
  const held = createHeldBench();
  const { bench, pipes } = held;
  const [call] = await bench.call(1, { waitForReady: true });
  for (let loss = 0; loss < 5; loss++) {
    assert.equal(bench.channel.state, "ready");
    pipes[loss]?.destroy();
    await settle();
    // From the second on they are as good as none.
    if (loss > 0) await bench.advance(1000 * 1.6 ** (loss - 1) + 1);
    assert.equal(pipes.length, loss + 2);
  }
  held.held = false;
  pipes[5]?.destroy();
  await bench.advance(1000 * 1.6 ** 4 + 1);
  assert.deepEqual(bench.spread, [0, 0, 0, 0, 0, 0, 1]);
  await reply(bench);
  assert.equal(call?.outcome, "OK");
  assert.deepEqual(bench.channel.stats().calls.started, 1);
  await bench.channel.close();
});

test("until its deadline", async () => {
  const { bench, pipes } = createHeldBench();
  const [call] = await bench.call(1, { deadline: 1000 });
  pipes[0]?.destroy();
  await settle();
  await bench.advance(1010);
  assert.match(call?.outcome ?? "", /^DEADLINE_EXCEEDED/);
  pipes[1]?.destroy();
  await settle();
  assert.deepEqual(bench.spread, [0, 0]);
  await bench.channel.close();
});

test("what had left when its connection was lost is not made again", async () => {
  const bench = new ChannelBench();
  const [call] = await bench.call(1);
  bench.server.connections[0]?.cut();
  await settle();
  assert.match(call?.outcome ?? "", /^UNAVAILABLE/);
  assert.deepEqual(bench.spread, [1]);
  await bench.channel.close();
});

test("once three quarters of its stream numbers are used, a connection takes no more calls, and another one does", async () => {
  const last = Math.floor(MAX_STREAM_ID * 0.75);
  const firstStreamId = (last % 2 === 1 ? last : last - 1) - 4;
  const bench = new ChannelBench("10.0.0.1:1", {}, { firstStreamId });
  const [stream] = await bench.call(1);
  const [, ...later] = bench.server.calls;
  assert.deepEqual(later, []);
  for (let call = 0; call < 4; call++) {
    await bench.call(1);
    bench.server.calls.at(-1)?.reply();
    await settle();
  }
  assert.deepEqual(bench.spread, [3, 2]);
  assert.equal(bench.server.connections[0]?.closeReason, undefined, "its first call is still under way");
  bench.server.calls[0]?.reply();
  await settle();
  assert.equal(stream?.outcome, "OK");
  assert.notEqual(bench.server.connections[0]?.closeReason, undefined);
  assert.equal(bench.channel.stats().connections.open, 1);
  await bench.channel.close();
});
