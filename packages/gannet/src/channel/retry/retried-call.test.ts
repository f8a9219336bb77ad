import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../testing/index.ts";
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
  await advance(5000);
  assert.equal(attempts().length, 1);
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
  await channel.close();
});
