import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordedCall } from "../testdata/recorded-call.ts";
import {
  attemptsSaid,
  causeOf,
  createRetryBench,
  INVALID_ARGUMENT,
  RETRIES,
  UNAVAILABLE,
} from "../testdata/retry-bench.ts";
import { settle } from "../testdata/scripted-server.ts";

test("with half of the tokens or fewer there are no further attempts, until calls succeed", async () => {
  const retryThrottling = { maxTokens: 4, tokenRatio: 0.5 };
  const { channel, attempts, advance } = await createRetryBench({ retryPolicy: RETRIES }, { retryThrottling });
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

test("successes of all calls give tokens back, those without a policy too, and failures that are not worth it take none", async () => {
  const retryThrottling = { maxTokens: 4, tokenRatio: 1 };
  const methodConfig = [{ name: [{ service: "test.Clock", method: "Tell" }], retryPolicy: RETRIES }];
  const { channel, attempts, advance } = await createRetryBench({}, { methodConfig, retryThrottling });
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

test("a stream that was refused is attempted again at once, which neither counts nor takes a token", async () => {
  const retryThrottling = { maxTokens: 1, tokenRatio: 1 };
  const retryPolicy = { ...RETRIES, maxAttempts: 2 };
  const { channel, attempts, advance } = await createRetryBench({ retryPolicy }, { retryThrottling });
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
