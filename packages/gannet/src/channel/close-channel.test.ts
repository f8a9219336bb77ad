/** Channels that are closed in the middle of something. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChannelOptions } from "./channel-options.ts";
import { ChannelBench, outcomesOf } from "./testdata/channel-bench.ts";
import { RecordedCall } from "./testdata/recorded-call.ts";
import { settle } from "./testdata/scripted-server.ts";

const CLOSED = "UNAVAILABLE: the channel was closed";

/** A channel that calls `onState` in the middle of a change of its state. */
function createBench(onState: (bench: ChannelBench, state: unknown) => void, options: ChannelOptions = {}) {
  const bench: ChannelBench = new ChannelBench("10.0.0.1:1", {
    ...options,
    onEvent: ({ name, fields }) => {
      if (name === "channel-state") onState(bench, fields["state"]);
    },
  });
  return bench;
}

test("a call that may be attempted again ends with its channel, and waits for no further attempt", async () => {
  const policy = { initialBackoff: "10s", maxBackoff: "10s", backoffMultiplier: 1 };
  const retryPolicy = { ...policy, maxAttempts: 5, retryableStatusCodes: ["UNAVAILABLE" as const] };
  const hedgingPolicy = { maxAttempts: 2, hedgingDelay: "10s", nonFatalStatusCodes: ["UNAVAILABLE" as const] };
  for (const attempts of [{ retryPolicy }, { hedgingPolicy }]) {
    const bench = new ChannelBench("10.0.0.1:1", { serviceConfig: { methodConfig: [{ name: [{}], ...attempts }] } });
    const calls = await bench.call(2);
    await bench.channel.close();
    await settle();
    assert.deepEqual(outcomesOf(calls), [`${CLOSED} (in-memory)`, `${CLOSED} (in-memory)`]);
    assert.equal(bench.clock.timers, 0);
  }
});

test("what is begun by whoever hears that the channel is closed fails, and wakes nothing", async () => {
  let call: RecordedCall | undefined;
  let connected: Promise<void> | undefined;
  let again: Promise<void> | undefined;
  const bench = createBench(({ channel }, state) => {
    if (state !== "shutdown") return;
    call = new RecordedCall(channel, {});
    connected = assert.rejects(channel.connect(), { code: "UNAVAILABLE" });
    again = channel.close();
  });
  await bench.call(1);
  await bench.channel.close();
  await connected;
  await again;
  await settle();
  assert.equal(call?.outcome, CLOSED);
  assert.equal(bench.channel.state, "shutdown");
  assert.equal(bench.server.attempts.length, 1);
  assert.equal(bench.clock.timers, 0);
});

test("whoever hears that the channel wakes may close it", async () => {
  const bench = createBench(({ channel }, state) => {
    if (state === "connecting") void channel.close();
  });
  const [call] = await bench.call(1, { waitForReady: true });
  assert.equal(call?.outcome, CLOSED);
  assert.equal(bench.server.attempts.length, 0);
  assert.equal(bench.clock.timers, 0);
});

test("a resolver during whose making the channel is closed is closed too", async () => {
  let closed = 0;
  const zoo = {
    scheme: "zoo",
    create() {
      void bench.channel.close();
      return { resolveNow() {}, close: () => void closed++ };
    },
  };
  const bench: ChannelBench = new ChannelBench("zoo:gannet", { resolvers: [zoo] });
  const [call] = await bench.call(1, { waitForReady: true });
  assert.equal(call?.outcome, CLOSED);
  assert.equal(closed, 1);
  assert.equal(bench.clock.timers, 0);
});
