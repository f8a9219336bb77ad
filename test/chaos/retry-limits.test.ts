/** What a channel keeps by itself, to make calls again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, createInMemoryChannel, createServer, GrpcError, type ServiceConfig } from "gannet";
import { VirtualClock } from "gannet/testing";
import { Weather } from "./weather_pb.ts";

const MEBIBYTE = 1 << 20;
/** The prefix of a message, and the tag and length of its text. */
const OVERHEAD_BYTES = 5 + 1 + 3;
const SERVICE_CONFIG: ServiceConfig = {
  methodConfig: [
    {
      name: [{}],
      retryPolicy: {
        maxAttempts: 2,
        initialBackoff: "1s",
        maxBackoff: "1s",
        backoffMultiplier: 1,
        retryableStatusCodes: ["UNAVAILABLE"],
      },
    },
  ],
};

/** Makes calls with requests of these lengths at once. Gives how many attempts there were of each. */
async function attemptsOf(lengths: readonly number[]): Promise<number[]> {
  const clock = new VirtualClock();
  const server = createServer({ clock });
  const attempts = lengths.map(() => 0);
  // Nothing ends before all of it is there.
  const failures: (() => void)[] = [];
  server.addPartial(Weather, {
    single: ({ text }) => {
      const index = text.charCodeAt(0) - 65;
      attempts[index] = (attempts[index] ?? 0) + 1;
      return new Promise((_, reject) => failures.push(() => reject(new GrpcError("UNAVAILABLE", "restarting"))));
    },
  });
  const channel = createInMemoryChannel(server, { clock, serviceConfig: SERVICE_CONFIG });
  const client = createClient(Weather, channel);
  const calls = lengths.map((length, index) => {
    const text = String.fromCharCode(65 + index).padEnd(length - OVERHEAD_BYTES, "x");
    return client.single({ text }).catch((error: unknown) => error);
  });
  while (attempts.includes(0)) await clock.advance(1);
  for (let round = 0; round < 2; round++) {
    for (const fail of failures.splice(0)) fail();
    await clock.advance(60_000);
  }
  await Promise.all(calls);
  await channel.close();
  const down = server.shutdown({ graceMs: 0 });
  await clock.advance(10_000);
  await down;
  return attempts;
}

test("a call may keep one MiB of requests, and with a byte more it is made once", async () => {
  assert.deepEqual(await attemptsOf([MEBIBYTE, MEBIBYTE + 1]), [2, 1]);
});

test("all calls of a channel may keep sixteen MiB, and those beyond it are made once", async () => {
  const attempts = await attemptsOf(Array.from({ length: 18 }, () => MEBIBYTE));
  assert.equal(attempts.filter((count) => count === 2).length, 16);
});
