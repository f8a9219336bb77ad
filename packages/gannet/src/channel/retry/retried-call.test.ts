import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../testing/index.ts";
import type { BalancerPolicy } from "../balancer/index.ts";
import type { Channel } from "../channel.ts";
import type { ChannelOptions } from "../channel-options.ts";
import { createChannelIn } from "../create-channel.ts";
import { insecure } from "../credentials/index.ts";
import type { HedgingPolicy, RetryPolicy, ServiceConfig } from "../service-config/index.ts";
import { RecordedCall } from "../testdata/recorded-call.ts";
import { type ScriptedCall, ScriptedServer, settle } from "../testdata/scripted-server.ts";

const ADDRESS = "10.0.0.1:50051";
const UNAVAILABLE = 14;
const INVALID_ARGUMENT = 3;
const RETRIES: RetryPolicy = {
  maxAttempts: 4,
  initialBackoff: "1s",
  maxBackoff: "3s",
  backoffMultiplier: 2,
  retryableStatusCodes: ["UNAVAILABLE"],
};

interface Bench {
  readonly clock: VirtualClock;
  readonly server: ScriptedServer;
  readonly channel: Channel;
  /** The attempts that have come, in order. */
  attempts(): readonly ScriptedCall[];
  /** Lets time pass, and what it brings. */
  advance(ms: number): Promise<void>;
}

/** A channel whose calls are made as `policy` says; chance is always in the middle. */
async function createBench(
  policy: { readonly retryPolicy?: RetryPolicy; readonly hedgingPolicy?: HedgingPolicy },
  more: ServiceConfig = {},
  options: ChannelOptions = {},
): Promise<Bench> {
  const clock = new VirtualClock();
  const server = new ScriptedServer();
  const serviceConfig: ServiceConfig = { methodConfig: [{ name: [{}], ...policy }], ...more };
  const environment = { clock, random: () => 0.5, connect: server.connect };
  const channel = createChannelIn(environment, ADDRESS, { credentials: insecure(), serviceConfig, ...options });
  await channel.connect();
  const advance = async (ms: number) => {
    await clock.advance(ms);
    await settle();
  };
  return { clock, server, channel, attempts: () => server.calls, advance };
}

/** What the error of a call says of its attempts. */
function causeOf(call: RecordedCall): string {
  const cause = call.end?.error?.cause;
  return cause instanceof AggregateError ? cause.message : "";
}

function attemptsSaid(attempts: readonly ScriptedCall[]): readonly (string | undefined)[] {
  return attempts.map(({ header }) => header?.get("grpc-previous-rpc-attempts"));
}

test("a call that fails with a code that is worth it is made again, and its caller sees only the answer", async () => {
  const { channel, attempts, advance } = await createBench({ retryPolicy: RETRIES });
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
  const { channel, attempts, advance } = await createBench({ retryPolicy: RETRIES });
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
  const { channel, attempts } = await createBench({ retryPolicy: RETRIES });
  const call = new RecordedCall(channel, {});
  await settle();
  attempts()[0]?.fail(INVALID_ARGUMENT, "no");
  await settle();
  assert.equal(call.outcome, "INVALID_ARGUMENT: no");
  await channel.close();
});

test("once a header has come the call is not made again", async () => {
  const { channel, attempts, advance } = await createBench({ retryPolicy: RETRIES });
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
  const { channel, attempts, advance } = await createBench({ retryPolicy: RETRIES });
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
  const { clock, channel, attempts, advance } = await createBench({ retryPolicy: { ...RETRIES, maxAttempts: 5 } });
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

test("with half of the tokens or fewer there are no further attempts, until calls succeed", async () => {
  const retryThrottling = { maxTokens: 4, tokenRatio: 0.5 };
  const { channel, attempts, advance } = await createBench({ retryPolicy: RETRIES }, { retryThrottling });
  const call = new RecordedCall(channel, {});
  await settle();
  attempts()[0]?.fail(UNAVAILABLE);
  await advance(1000);
  attempts()[1]?.fail(UNAVAILABLE, "throttled");
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: throttled");
  assert.match(causeOf(call), /^2 attempts were made; before this one: .*; no further one, as retries are throttled$/);
  for (const place of [2, 3]) {
    new RecordedCall(channel, {});
    await settle();
    attempts()[place]?.reply();
    await settle();
  }
  const again = new RecordedCall(channel, {});
  await settle();
  attempts()[4]?.fail(UNAVAILABLE, "still");
  await settle();
  assert.equal(again.outcome, "UNAVAILABLE: still");
  await channel.close();
});

test("the deadline holds for all attempts together, and says what the last one was", async () => {
  const { clock, channel, attempts, advance } = await createBench({ retryPolicy: RETRIES });
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
  const { clock, channel, attempts, advance } = await createBench({ retryPolicy: RETRIES });
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
  const { channel, attempts, advance } = await createBench({ retryPolicy: RETRIES });
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
  const { channel, attempts, advance } = await createBench({ retryPolicy: RETRIES }, {}, { maxRetryCallBytes: 20 });
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
  const { channel, attempts, advance } = await createBench({ retryPolicy: RETRIES });
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

test("hedged calls are made several times, the first answer counts, and the others are cancelled", async () => {
  const hedgingPolicy: HedgingPolicy = { maxAttempts: 3, hedgingDelay: "0.5s", nonFatalStatusCodes: ["UNAVAILABLE"] };
  const { channel, attempts, advance } = await createBench({ hedgingPolicy });
  const call = new RecordedCall(channel, {});
  await advance(499);
  assert.equal(attempts().length, 1);
  await advance(1);
  assert.equal(attempts().length, 2);
  attempts()[1]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  assert.notEqual(attempts()[0]?.reset, undefined);
  await advance(5000);
  assert.equal(attempts().length, 2);
  await channel.close();
});

test("a failure that is not fatal starts the next attempt at once, a fatal one ends the call", async () => {
  const hedgingPolicy: HedgingPolicy = { maxAttempts: 3, hedgingDelay: "10s", nonFatalStatusCodes: ["UNAVAILABLE"] };
  const { channel, attempts } = await createBench({ hedgingPolicy });
  const call = new RecordedCall(channel, {});
  await settle();
  attempts()[0]?.fail(UNAVAILABLE);
  await settle();
  assert.deepEqual(attemptsSaid(attempts()), [undefined, "1"]);
  attempts()[1]?.fail(INVALID_ARGUMENT, "never");
  await settle();
  assert.equal(call.outcome, "INVALID_ARGUMENT: never");
  await channel.close();
});

test("a server holds further hedges back, for a while or for good", async () => {
  const hedgingPolicy: HedgingPolicy = { maxAttempts: 5, hedgingDelay: "1s", nonFatalStatusCodes: ["UNAVAILABLE"] };
  const { channel, attempts, advance } = await createBench({ hedgingPolicy });
  const call = new RecordedCall(channel, {});
  await settle();
  attempts()[0]?.fail(UNAVAILABLE, "", ["grpc-retry-pushback-ms", "5000"]);
  await advance(4999);
  assert.equal(attempts().length, 1);
  await advance(1);
  assert.equal(attempts().length, 2);
  attempts()[1]?.fail(UNAVAILABLE, "no more", ["grpc-retry-pushback-ms", "x"]);
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: no more");
  await channel.close();
});

test("with no delay all hedges go at once, and the last to fail is the end", async () => {
  const hedgingPolicy: HedgingPolicy = { maxAttempts: 3, nonFatalStatusCodes: ["UNAVAILABLE"] };
  const { channel, attempts, advance } = await createBench({ hedgingPolicy });
  const call = new RecordedCall(channel, {});
  await advance(1);
  assert.equal(attempts().length, 3);
  for (const [place, attempt] of attempts().entries()) {
    attempt.fail(UNAVAILABLE, `attempt ${place}`);
    await settle();
  }
  assert.equal(call.outcome, "UNAVAILABLE: attempt 2");
  assert.match(causeOf(call), /^3 attempts were made; before this one: .*attempt 0; .*attempt 1$/);
  await channel.close();
});

test("an attempt that is not answered in time is made again, and the last one has until the deadline", async () => {
  const retryPolicy = { ...RETRIES, maxAttempts: 3, perAttemptRecvTimeout: "5s" };
  const { clock, channel, attempts, advance } = await createBench({ retryPolicy });
  const call = new RecordedCall(channel, { deadline: clock.now() + 60_000 });
  await advance(4999);
  assert.equal(attempts()[0]?.reset, undefined);
  await advance(1);
  assert.notEqual(attempts()[0]?.reset, undefined, "what nobody waits for is cancelled");
  await advance(1000);
  assert.deepEqual(attemptsSaid(attempts()), [undefined, "1"]);
  await advance(5000 + 2000);
  assert.deepEqual(attemptsSaid(attempts()), [undefined, "1", "2"]);
  await advance(40_000);
  assert.equal(call.outcome, "open");
  attempts()[2]?.fail(INVALID_ARGUMENT, "late");
  await settle();
  assert.equal(call.outcome, "INVALID_ARGUMENT: late");
  assert.match(causeOf(call), /^3 attempts were made; before this one: UNAVAILABLE: .* did not answer in 5 s; /);
  await channel.close();
});

test("an attempt's time begins once a connection has it, and ends with the header", async () => {
  const retryPolicy = { ...RETRIES, perAttemptRecvTimeout: "5s" };
  const clock = new VirtualClock();
  const server = new ScriptedServer();
  server.down.add(ADDRESS);
  const serviceConfig: ServiceConfig = { methodConfig: [{ name: [{}], retryPolicy }] };
  const environment = { clock, random: () => 0.5, connect: server.connect };
  const channel = createChannelIn(environment, ADDRESS, { credentials: insecure(), serviceConfig });
  const call = new RecordedCall(channel, { waitForReady: true });
  await clock.advance(60_000);
  server.down.clear();
  while (server.calls.length === 0) await clock.advance(100);
  await clock.advance(4800);
  assert.equal(server.calls[0]?.reset, undefined);
  await clock.advance(200 + 1000);
  assert.deepEqual(attemptsSaid(server.calls), [undefined, "1"]);
  server.calls[1]?.sendHeader();
  await settle();
  await clock.advance(60 * 60_000);
  assert.equal(server.calls.length, 2);
  assert.equal(call.outcome, "open");
  server.calls[1]?.fail(UNAVAILABLE, "done");
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: done");
  await channel.close();
});

test("an attempt that is not answered in time takes a token, and without enough of them it goes on", async () => {
  const retryPolicy = { ...RETRIES, perAttemptRecvTimeout: "5s" };
  const retryThrottling = { maxTokens: 2, tokenRatio: 1 };
  const { channel, attempts, advance } = await createBench({ retryPolicy }, { retryThrottling });
  const call = new RecordedCall(channel, {});
  await advance(60_000);
  assert.equal(attempts().length, 1);
  attempts()[0]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
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
    const { channel, attempts, advance } = await createBench({ retryPolicy: RETRIES });
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
  const { channel, attempts, advance } = await createBench({ retryPolicy: { ...RETRIES, maxAttempts: 2 } });
  const call = new RecordedCall(channel, {});
  await settle();
  attempts()[0]?.fail(UNAVAILABLE);
  await advance(1000);
  attempts()[1]?.fail(UNAVAILABLE, "come back", ["grpc-retry-pushback-ms", "10"]);
  await settle();
  assert.equal(call.outcome, "UNAVAILABLE: come back");
  await channel.close();
});

test("successes of all calls give tokens back, those without a policy too, and failures that are not worth it take none", async () => {
  const retryThrottling = { maxTokens: 4, tokenRatio: 1 };
  const methodConfig = [{ name: [{ service: "test.Clock", method: "Tell" }], retryPolicy: RETRIES }];
  const { channel, attempts, advance } = await createBench({}, { methodConfig, retryThrottling });
  const call = async (isTold: boolean) => {
    const made = new RecordedCall(channel, {}, isTold);
    if (!isTold) made.writer.send({ seconds: 1n }, true);
    await settle();
    return made;
  };
  for (const code of [UNAVAILABLE, UNAVAILABLE]) {
    await call(true);
    attempts().at(-1)?.fail(code);
    await advance(1000);
  }
  const made = attempts().length;
  for (let count = 0; count < 3; count++) {
    await call(false);
    attempts().at(-1)?.fail(INVALID_ARGUMENT);
    await settle();
    await call(false);
    attempts().at(-1)?.reply();
    await settle();
  }
  assert.equal(attempts().length, made + 6);
  await call(true);
  attempts().at(-1)?.fail(UNAVAILABLE);
  await advance(1000);
  assert.equal(attempts().length, made + 8, "there are enough tokens again");
  await channel.close();
});

test("hedges beyond the first are not sent while retries are throttled", async () => {
  const hedgingPolicy: HedgingPolicy = { maxAttempts: 3, hedgingDelay: "1s", nonFatalStatusCodes: ["UNAVAILABLE"] };
  const retryThrottling = { maxTokens: 2, tokenRatio: 0.1 };
  const { channel, attempts, advance } = await createBench({ hedgingPolicy }, { retryThrottling });
  const first = new RecordedCall(channel, {});
  await settle();
  attempts()[0]?.fail(UNAVAILABLE, "down");
  await settle();
  assert.equal(first.outcome, "UNAVAILABLE: down");
  assert.equal(causeOf(first), "1 attempt was made; no further one, as retries are throttled");
  const second = new RecordedCall(channel, {});
  await advance(60_000);
  assert.equal(attempts().length, 2);
  attempts()[1]?.reply();
  await settle();
  assert.equal(second.outcome, "OK");
  await channel.close();
});

test("what is sent goes to all hedges, those that start later included", async () => {
  const hedgingPolicy: HedgingPolicy = { maxAttempts: 3, hedgingDelay: "1s", nonFatalStatusCodes: ["UNAVAILABLE"] };
  const { channel, attempts, advance } = await createBench({ hedgingPolicy });
  const call = new RecordedCall(channel, {}, false);
  call.writer.send({ seconds: 1n });
  await advance(1000);
  call.writer.send({ seconds: 2n });
  await advance(1000);
  call.writer.send({ seconds: 3n });
  call.writer.endSend();
  await settle();
  for (const attempt of attempts()) {
    assert.equal(attempt.receivedBytes, 3 * (5 + 2));
    assert.equal(attempt.isHalfClosed, true);
  }
  assert.equal(attempts().length, 3);
  await channel.close();
});

test("the deadline ends all hedges", async () => {
  const hedgingPolicy: HedgingPolicy = { maxAttempts: 3, hedgingDelay: "1s" };
  const { clock, channel, attempts, advance } = await createBench({ hedgingPolicy });
  const call = new RecordedCall(channel, { deadline: clock.now() + 1500 });
  await advance(2000);
  assert.match(call.outcome, /^DEADLINE_EXCEEDED/);
  await advance(60_000);
  assert.equal(attempts().length, 2);
  assert.ok(attempts().every(({ reset }) => reset !== undefined));
  await channel.close();
});

test("once more is sent than may be kept, the hedge that has most goes on alone", async () => {
  const hedgingPolicy: HedgingPolicy = { maxAttempts: 3, hedgingDelay: "1s", nonFatalStatusCodes: ["UNAVAILABLE"] };
  const { channel, attempts, advance } = await createBench({ hedgingPolicy }, {}, { maxRetryCallBytes: 20 });
  const call = new RecordedCall(channel, {}, false);
  call.writer.send({ seconds: 1n });
  await advance(1000);
  for (let count = 0; count < 3; count++) call.writer.send({ seconds: 2n });
  await advance(60_000);
  assert.equal(attempts().length, 2);
  assert.deepEqual(
    attempts().map(({ reset }) => reset === undefined),
    [false, true],
  );
  assert.equal(attempts()[1]?.receivedBytes, 4 * (5 + 2));
  attempts()[1]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  await channel.close();
});

test("calls that find no room in what all of a channel may keep are sent once", async () => {
  const options = { maxRetryBufferBytes: 10 };
  const { channel, attempts, advance } = await createBench({ retryPolicy: RETRIES }, {}, options);
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
    const { channel, advance } = await createBench({ retryPolicy: RETRIES }, {}, options);
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

test("a stream that was refused is attempted again at once, which neither counts nor takes a token", async () => {
  const retryThrottling = { maxTokens: 1, tokenRatio: 1 };
  const retryPolicy = { ...RETRIES, maxAttempts: 2 };
  const { channel, attempts, advance } = await createBench({ retryPolicy }, { retryThrottling });
  const call = new RecordedCall(channel, {});
  await settle();
  attempts()[0]?.refuse();
  await settle();
  assert.deepEqual(attemptsSaid(attempts()), [undefined, undefined]);
  attempts()[1]?.refuse();
  await settle();
  assert.match(call.outcome, /^UNAVAILABLE/, "the second time it is the policy's, whose one token is gone");
  await advance(60_000);
  assert.equal(attempts().length, 2);
  await channel.close();
});

test("retries can be left out altogether, but for streams that no server has looked at", async () => {
  const hedgingPolicy: HedgingPolicy = { maxAttempts: 3, nonFatalStatusCodes: ["UNAVAILABLE"] };
  for (const policy of [{ retryPolicy: RETRIES }, { hedgingPolicy }]) {
    const { channel, attempts, advance } = await createBench(policy, {}, { retries: false });
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
