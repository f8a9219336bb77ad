import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../testing/index.ts";
import { createChannelIn } from "../create-channel.ts";
import { insecure } from "../credentials/index.ts";
import type { ServiceConfig } from "../service-config/index.ts";
import { RecordedCall } from "../testdata/recorded-call.ts";
import {
  ADDRESS,
  attemptsSaid,
  causeOf,
  createRetryBench,
  INVALID_ARGUMENT,
  RETRIES,
  UNAVAILABLE,
} from "../testdata/retry-bench.ts";
import { ScriptedServer, settle } from "../testdata/scripted-server.ts";

test("an attempt that is not answered in time is made again, and the last one has until the deadline", async () => {
  const retryPolicy = { ...RETRIES, maxAttempts: 3, perAttemptRecvTimeout: "5s" };
  const { clock, channel, attempts, advance } = await createRetryBench({ retryPolicy });
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
  const { channel, attempts, advance } = await createRetryBench({ retryPolicy }, { retryThrottling });
  const call = new RecordedCall(channel, {});
  await advance(60_000);
  assert.equal(attempts().length, 1);
  attempts()[0]?.reply();
  await settle();
  assert.equal(call.outcome, "OK");
  await channel.close();
});
