import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../testing/index.ts";
import type { BalancerPolicy } from "../balancer/index.ts";
import { createChannelIn } from "../create-channel.ts";
import { insecure } from "../credentials/index.ts";
import type { HedgingPolicy, ServiceConfig } from "../service-config/index.ts";
import { RecordedCall } from "../testdata/recorded-call.ts";
import {
  attemptsSaid,
  causeOf,
  createRetryBench,
  INVALID_ARGUMENT,
  RETRIES,
  UNAVAILABLE,
} from "../testdata/retry-bench.ts";
import { ScriptedServer, settle } from "../testdata/scripted-server.ts";

test("a call that fails with a code that is worth it is made again, and its caller sees only the answer", async () => {
  const { channel, attempts, advance } = await createRetryBench({ retryPolicy: RETRIES });
  const call = new RecordedCall(channel, {});
  await settle();
  attempts()[0]?.fail(UNAVAILABLE, "restarting");
  await advance(1000);
  assert.deepEqual(attemptsSaid(attempts()), [undefined, "1"]);
  assert.ok((attempts()[1]?.receivedBytes ?? 0) > 0, "the request was sent again");
  attempts()[1]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  assert.equal(call.messages, 1);
  assert.deepEqual(channel.stats().calls.byCode, { OK: 1 });
  await channel.close();
});

test("delays grow up to a limit, and chance takes or adds a fifth", async () => {
  const { channel, attempts, advance } = await createRetryBench({ retryPolicy: RETRIES });
  const call = new RecordedCall(channel, {});
  await settle();
  for (const [made, delayMs] of [1000, 2000, 3000].entries()) {
    attempts()[made]?.fail(UNAVAILABLE, `attempt ${made}`);
    await advance(delayMs - 1);
    assert.equal(attempts().length, made + 1);
    await advance(1);
    assert.equal(attempts().length, made + 2);
  }
  attempts()[3]?.fail(UNAVAILABLE, "attempt 3");
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: attempt 3");
  const { cause } = call.end?.error ?? {};
  assert.ok(cause instanceof AggregateError);
  assert.match(cause.message, /^4 attempts were made; before this one: UNAVAILABLE: attempt 0; .*1; .*2$/);
  assert.equal(cause.errors.length, 3);
  await channel.close();
});

test("another code ends the call at once", async () => {
  const { channel, attempts } = await createRetryBench({ retryPolicy: RETRIES });
  const call = new RecordedCall(channel, {});
  await settle();
  attempts()[0]?.fail(INVALID_ARGUMENT, "no");
  await settle();
  assert.equal(call.outcome, "INVALID_ARGUMENT: no");
  await channel.close();
});

test("once a header has come the call is not made again", async () => {
  const { channel, attempts, advance } = await createRetryBench({ retryPolicy: RETRIES });
  const call = new RecordedCall(channel, {});
  await settle();
  attempts()[0]?.sendHeader();
  await settle();
  attempts()[0]?.fail(UNAVAILABLE, "too late");
  await advance(5000);
  assert.equal(call.outcome, "UNAVAILABLE: too late");
  assert.equal(attempts().length, 1);
  await channel.close();
});

test("a server says when to come again, after which delays begin anew, or never", async () => {
  const { channel, attempts, advance } = await createRetryBench({ retryPolicy: RETRIES });
  const call = new RecordedCall(channel, {});
  await settle();
  attempts()[0]?.fail(UNAVAILABLE, "", ["grpc-retry-pushback-ms", "7000"]);
  await advance(6999);
  assert.equal(attempts().length, 1);
  await advance(1);
  attempts()[1]?.fail(UNAVAILABLE);
  await advance(1000);
  assert.equal(attempts().length, 3);
  attempts()[2]?.fail(UNAVAILABLE, "go away", ["grpc-retry-pushback-ms", "-1"]);
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: go away");
  assert.match(causeOf(call), /^3 attempts were made; before this one: .*; no further one, as the server wants none$/);
  await channel.close();
});

test("behind a delay that the server named, delays begin at the first one again", async () => {
  const { clock, channel, attempts, advance } = await createRetryBench({ retryPolicy: { ...RETRIES, maxAttempts: 5 } });
  const call = new RecordedCall(channel, {});
  await settle();
  const delays: number[] = [];
  for (const pushback of [undefined, undefined, "7000", undefined]) {
    const fields = pushback === undefined ? [] : [["grpc-retry-pushback-ms", pushback] as const];
    attempts()
      .at(-1)
      ?.fail(UNAVAILABLE, "", ...fields);
    const [made, failedAt] = [attempts().length, clock.now()];
    while (attempts().length === made) await advance(100);
    delays.push(clock.now() - failedAt);
  }
  assert.deepEqual(delays, [1000, 2000, 7000, 1000]);
  attempts().at(-1)?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  await channel.close();
});

test("the deadline holds for all attempts together, and says what the last one was", async () => {
  const { clock, channel, attempts, advance } = await createRetryBench({ retryPolicy: RETRIES });
  const call = new RecordedCall(channel, { deadline: clock.now() + 500 });
  await settle();
  attempts()[0]?.fail(UNAVAILABLE, "restarting");
  await advance(600);
  assert.match(
    call.outcome,
    /^DEADLINE_EXCEEDED: .* again; the attempt before it failed with UNAVAILABLE: restarting$/,
  );
  assert.equal(causeOf(call), "1 attempt was made; it failed: UNAVAILABLE: restarting");
  await advance(5000);
  assert.equal(attempts().length, 1);
  await channel.close();
});

test("the deadline holds while an attempt is under way, and says how those before it failed", async () => {
  const { clock, channel, attempts, advance } = await createRetryBench({ retryPolicy: RETRIES });
  const call = new RecordedCall(channel, { deadline: clock.now() + 1500 });
  await settle();
  attempts()[0]?.fail(UNAVAILABLE, "restarting");
  await advance(1600);
  assert.equal(attempts().length, 2);
  assert.equal(call.outcome, "DEADLINE_EXCEEDED: the deadline passed before the call was over (in-memory)");
  assert.equal(causeOf(call), "2 attempts were made; before this one: UNAVAILABLE: restarting");
  await channel.close();
});

test("a call that is cancelled between attempts ends at once, and so does one whose channel is closed", async () => {
  const { channel, attempts, advance } = await createRetryBench({ retryPolicy: RETRIES });
  const cancelled = new RecordedCall(channel, {});
  const closed = new RecordedCall(channel, {});
  await settle();
  for (const attempt of attempts()) attempt.fail(UNAVAILABLE);
  await settle();
  cancelled.writer.cancel();
  assert.equal(cancelled.outcome, "CANCELLED: the call was cancelled");
  void channel.close();
  await advance(5000);
  assert.equal(closed.outcome, "UNAVAILABLE: the channel was closed");
  assert.equal(attempts().length, 2);
});

test("a call that has sent more than may be kept is not made again", async () => {
  const { channel, attempts, advance } = await createRetryBench(
    { retryPolicy: RETRIES },
    {},
    { maxRetryCallBytes: 20 },
  );
  const call = new RecordedCall(channel, {}, false);
  await settle();
  for (let sent = 0; sent < 4; sent++) call.writer.send({ seconds: 7n });
  await settle();
  attempts()[0]?.fail(UNAVAILABLE, "full");
  await advance(5000);
  assert.equal(call.outcome, "UNAVAILABLE: full");
  assert.equal(attempts().length, 1);
  await channel.close();
});

test("a streaming call sends all of its messages again", async () => {
  const { channel, attempts, advance } = await createRetryBench({ retryPolicy: RETRIES });
  const call = new RecordedCall(channel, {}, false);
  call.writer.send({ seconds: 1n });
  await settle();
  call.writer.send({ seconds: 2n });
  await settle();
  attempts()[0]?.fail(UNAVAILABLE);
  await settle();
  call.writer.send({ seconds: 3n });
  call.writer.endSend();
  await advance(1000);
  assert.equal(attempts()[1]?.receivedBytes, 3 * (5 + 2));
  assert.equal(attempts()[1]?.isHalfClosed, true);
  attempts()[1]?.reply();
  await settle();
  assert.equal(call.messages, 1);
  await channel.close();
});

test("a pushback is a number without further zeros that 32 bits hold, or else means never", async () => {
  for (const [pushback, delayMs] of [
    ["0", 0],
    ["2147483647", 2147483647],
    ["2147483648", undefined],
    ["007", undefined],
    ["1.5", undefined],
    ["", undefined],
  ] as const) {
    const { channel, attempts, advance } = await createRetryBench({ retryPolicy: RETRIES });
    const call = new RecordedCall(channel, {});
    await settle();
    attempts()[0]?.fail(UNAVAILABLE, "", ["grpc-retry-pushback-ms", pushback]);
    await settle();
    assert.equal(call.outcome.startsWith("UNAVAILABLE"), delayMs === undefined, pushback);
    if (delayMs !== undefined) await advance(delayMs);
    assert.equal(attempts().length, delayMs === undefined ? 1 : 2, pushback);
    await channel.close();
  }
});

test("a call that may not be attempted again is not, whatever delay the server names", async () => {
  const { channel, attempts, advance } = await createRetryBench({ retryPolicy: { ...RETRIES, maxAttempts: 2 } });
  const call = new RecordedCall(channel, {});
  await settle();
  attempts()[0]?.fail(UNAVAILABLE);
  await advance(1000);
  attempts()[1]?.fail(UNAVAILABLE, "come back", ["grpc-retry-pushback-ms", "10"]);
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: come back");
  await channel.close();
});

test("calls that find no room in what all of a channel may keep are sent once", async () => {
  const options = { maxRetryBufferBytes: 10 };
  const { channel, attempts, advance } = await createRetryBench({ retryPolicy: RETRIES }, {}, options);
  const kept = new RecordedCall(channel, {});
  const single = new RecordedCall(channel, {});
  await settle();
  for (const attempt of attempts()) attempt.fail(UNAVAILABLE, "restarting");
  await advance(1000);
  assert.equal(kept.outcome, "open");
  assert.equal(single.outcome, "UNAVAILABLE: restarting");
  attempts()[2]?.reply();
  await settle();
  assert.equal(kept.outcome, "OK");
  const next = new RecordedCall(channel, {});
  await settle();
  attempts()[3]?.fail(UNAVAILABLE);
  await advance(1000);
  assert.equal(attempts().length, 5, "what was kept is given back");
  attempts()[4]?.reply();
  await settle();
  assert.equal(next.outcome, "OK");
  await channel.close();
});

test("a call that a balancer fails is attempted again as the policy says, one that it drops is not", async () => {
  for (const [kind, attempts] of [
    ["fail", 4],
    ["drop", 1],
  ] as const) {
    let picks = 0;
    const balancer: BalancerPolicy<undefined> = {
      name: "refusing",
      parseConfig: () => undefined,
      create: (host) => ({
        update() {
          host.publish("ready", { pick: () => ({ kind, reason: `no ${++picks}` }) });
          return undefined;
        },
        exitIdle() {},
        close() {},
      }),
    };
    const options = { balancers: [balancer as BalancerPolicy<unknown>], loadBalancing: "refusing" };
    const { channel, advance } = await createRetryBench({ retryPolicy: RETRIES }, {}, options);
    const call = new RecordedCall(channel, {});
    await advance(60_000);
    assert.equal(call.outcome, `UNAVAILABLE: no ${attempts}`);
    await channel.close();
  }
});

test("an attempt may go to another backend than the one before", async () => {
  const server = new ScriptedServer();
  const clock = new VirtualClock();
  const serviceConfig: ServiceConfig = {
    methodConfig: [{ name: [{}], retryPolicy: RETRIES }],
    loadBalancingConfig: [{ round_robin: {} }],
  };
  const environment = { clock, random: () => 0.5, connect: server.connect };
  const target = "ipv4:10.0.0.1:1,10.0.0.2:1";
  const channel = createChannelIn(environment, target, { credentials: insecure(), serviceConfig });
  await channel.connect();
  await settle();
  new RecordedCall(channel, {});
  await settle();
  server.calls[0]?.fail(UNAVAILABLE);
  await clock.advance(1000);
  await settle();
  assert.deepEqual(
    server.connections.map(({ calls }) => calls.length),
    [1, 1],
  );
  await channel.close();
});

test("retries can be left out altogether, but for streams that no server has looked at", async () => {
  const hedgingPolicy: HedgingPolicy = { maxAttempts: 3, nonFatalStatusCodes: ["UNAVAILABLE"] };
  for (const policy of [{ retryPolicy: RETRIES }, { hedgingPolicy }]) {
    const { channel, attempts, advance } = await createRetryBench(policy, {}, { retries: false });
    const call = new RecordedCall(channel, {});
    await settle();
    assert.equal(attempts().length, 1);
    attempts()[0]?.refuse();
    await settle();
    attempts()[1]?.fail(UNAVAILABLE, "restarting");
    await advance(60_000);
    assert.equal(call.outcome, "UNAVAILABLE: restarting");
    assert.equal(attempts().length, 2);
    await channel.close();
  }
});
