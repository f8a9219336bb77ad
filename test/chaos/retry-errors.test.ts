/** What the error of a call says of its attempts, to whoever catches it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  type CallOptions,
  createClient,
  createInMemoryChannel,
  createServer,
  GrpcError,
  type MethodConfig,
  type ServiceConfig,
} from "gannet";
import { VirtualClock } from "gannet/testing";
import { Weather } from "./weather_pb.ts";

type Policy = Pick<MethodConfig, "retryPolicy" | "hedgingPolicy">;

const RETRIES: Policy = {
  retryPolicy: {
    maxAttempts: 3,
    initialBackoff: "1s",
    maxBackoff: "1s",
    backoffMultiplier: 1,
    retryableStatusCodes: ["UNAVAILABLE"],
  },
};

/** Makes a call of which each attempt fails as `fail` says, lets a minute pass, and gives its error and the attempts. */
async function errorOf(
  policy: Policy,
  fail: (attempt: number) => never,
  more: ServiceConfig = {},
  options: CallOptions = {},
): Promise<{ readonly error: GrpcError; readonly attempts: number }> {
  const clock = new VirtualClock();
  let attempts = 0;
  const server = createServer({ clock });
  server.addPartial(Weather, { single: () => fail(++attempts) });
  const serviceConfig = { methodConfig: [{ name: [{}], ...policy }], ...more };
  const channel = createInMemoryChannel(server, { clock, serviceConfig });
  const failed = createClient(Weather, channel)
    .single({}, options)
    .then(
      () => assert.fail("it succeeded"),
      (error: GrpcError) => error,
    );
  await clock.advance(60_000);
  const error = await failed;
  await channel.close();
  const down = server.shutdown({ graceMs: 0 });
  await clock.advance(10_000);
  await down;
  return { error, attempts };
}

function failAlways(attempt: number): never {
  throw new GrpcError("UNAVAILABLE", `closed ${attempt}`);
}

function causeOf({ cause }: GrpcError): string {
  assert.ok(cause instanceof AggregateError);
  assert.ok(cause.errors.every((error) => GrpcError.is(error)));
  return cause.message;
}

test("a call that used up its attempts says how many there were, and how each of them failed", async () => {
  const { error, attempts } = await errorOf(RETRIES, failAlways);
  assert.equal(error.message, "UNAVAILABLE: closed 3");
  assert.equal(causeOf(error), "3 attempts were made; before this one: UNAVAILABLE: closed 1; UNAVAILABLE: closed 2");
  assert.equal(attempts, 3);
  const printed = inspect(error);
  assert.match(printed, /3 attempts were made; before this one: UNAVAILABLE: closed 1; UNAVAILABLE: closed 2/);
  assert.doesNotMatch(printed, /attempts-cause|retried-call/, "nothing of what is within the channel");
});

test("so does one whose attempts were made beside each other", async () => {
  const policy = {
    hedgingPolicy: { maxAttempts: 3, hedgingDelay: "1s", nonFatalStatusCodes: ["UNAVAILABLE"] as const },
  };
  const { error, attempts } = await errorOf(policy, failAlways);
  assert.equal(error.message, "UNAVAILABLE: closed 3");
  assert.equal(causeOf(error), "3 attempts were made; before this one: UNAVAILABLE: closed 1; UNAVAILABLE: closed 2");
  assert.equal(attempts, 3);
});

test("one that ended for a code that is not worth another attempt says how those before failed", async () => {
  const { error } = await errorOf(RETRIES, (attempt) => {
    throw new GrpcError(attempt === 1 ? "UNAVAILABLE" : "NOT_FOUND", `closed ${attempt}`);
  });
  assert.equal(error.message, "NOT_FOUND: closed 2");
  assert.equal(causeOf(error), "2 attempts were made; before this one: UNAVAILABLE: closed 1");
});

test("one that was throttled says so", async () => {
  const { error, attempts } = await errorOf(RETRIES, failAlways, { retryThrottling: { maxTokens: 2, tokenRatio: 1 } });
  assert.equal(error.message, "UNAVAILABLE: closed 1");
  assert.equal(causeOf(error), "1 attempt was made; no further one, as retries are throttled");
  assert.equal(attempts, 1);
});

test("one that the server does not want again says so, and one that it wants later is made then", async () => {
  for (const [pushback, attempts, cause] of [
    ["-1", 1, "1 attempt was made; no further one, as the server wants none"],
    ["5000", 3, /^3 attempts were made; before this one: /],
  ] as const) {
    const answer = await errorOf(RETRIES, (attempt) => {
      const trailer = { "grpc-retry-pushback-ms": pushback };
      throw new GrpcError("UNAVAILABLE", `closed ${attempt}`, { trailer });
    });
    assert.equal(answer.attempts, attempts);
    if (typeof cause === "string") assert.equal(causeOf(answer.error), cause);
    else assert.match(causeOf(answer.error), cause);
  }
});

test("one whose deadline passed between two attempts says how those before failed", async () => {
  const { error, attempts } = await errorOf(RETRIES, failAlways, {}, { timeoutMs: 500 });
  assert.equal(
    error.message,
    "DEADLINE_EXCEEDED: the deadline passed before the call was attempted again; " +
      "the attempt before it failed with UNAVAILABLE: closed 1",
  );
  assert.equal(causeOf(error), "1 attempt was made; it failed: UNAVAILABLE: closed 1");
  assert.equal(attempts, 1);
});

test("one that is attempted once has no cause", async () => {
  const { error } = await errorOf({}, failAlways);
  assert.equal(error.message, "UNAVAILABLE: closed 1");
  assert.equal(error.cause, undefined);
});
