import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { GrpcError, type ServerCall } from "../core/index.ts";
import { createServer } from "../server/index.ts";
import { createInMemoryChannel, VirtualClock } from "./index.ts";

const HOUR_MS = 3_600_000;

test("hours of a deadline pass on both sides as the clock of a test says, again for calls that start later", async () => {
  const clock = new VirtualClock();
  const remaining: (number | undefined)[] = [];
  const cancelled: unknown[] = [];
  const server = createServer({ clock }).addPartial(RouteGuide, {
    getFeature: (_, call: ServerCall) => {
      remaining.push(call.timeRemainingMs());
      return new Promise((resolve) => {
        call.signal.addEventListener("abort", () => {
          cancelled.push(call.signal.reason);
          resolve({});
        });
      });
    },
  });
  const channel = createInMemoryChannel(server, { clock });
  const client = createClient(RouteGuide, channel);

  for (const hours of [1, 2]) {
    let outcome = "open";
    client.getFeature({}, { timeoutMs: HOUR_MS }).then(
      () => {
        outcome = "OK";
      },
      (error: unknown) => {
        outcome = GrpcError.is(error) ? error.code : "not a GrpcError";
      },
    );
    await clock.advance(HOUR_MS - 1_000);
    assert.equal(outcome, "open");
    assert.equal(cancelled.length, hours - 1);
    await clock.advance(1_100);
    assert.equal(outcome, "DEADLINE_EXCEEDED");
    assert.equal(cancelled.length, hours);
  }
  assert.deepEqual(remaining, [HOUR_MS, HOUR_MS]);

  await channel.close();
  await server.shutdown();
});
