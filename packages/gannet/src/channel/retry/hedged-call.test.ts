import assert from "node:assert/strict";
import { test } from "node:test";
import type { HedgingPolicy } from "../service-config/index.ts";
import { RecordedCall } from "../testdata/recorded-call.ts";
import { attemptsSaid, causeOf, createRetryBench, INVALID_ARGUMENT, UNAVAILABLE } from "../testdata/retry-bench.ts";
import { settle } from "../testdata/scripted-server.ts";

test("hedged calls are made several times, the first answer counts, and the others are cancelled", async () => {
  const hedgingPolicy: HedgingPolicy = { maxAttempts: 3, hedgingDelay: "0.5s", nonFatalStatusCodes: ["UNAVAILABLE"] };
  const { channel, attempts, advance } = await createRetryBench({ hedgingPolicy });
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
  const { channel, attempts } = await createRetryBench({ hedgingPolicy });
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
  const { channel, attempts, advance } = await createRetryBench({ hedgingPolicy });
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
  const { channel, attempts, advance } = await createRetryBench({ hedgingPolicy });
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

test("hedges beyond the first are not sent while retries are throttled", async () => {
  const hedgingPolicy: HedgingPolicy = { maxAttempts: 3, hedgingDelay: "1s", nonFatalStatusCodes: ["UNAVAILABLE"] };
  const retryThrottling = { maxTokens: 2, tokenRatio: 0.1 };
  const { channel, attempts, advance } = await createRetryBench({ hedgingPolicy }, { retryThrottling });
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
  const { channel, attempts, advance } = await createRetryBench({ hedgingPolicy });
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
  const { clock, channel, attempts, advance } = await createRetryBench({ hedgingPolicy });
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
  const { channel, attempts, advance } = await createRetryBench({ hedgingPolicy }, {}, { maxRetryCallBytes: 20 });
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
