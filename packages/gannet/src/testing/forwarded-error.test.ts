import assert from "node:assert/strict";
import { test } from "node:test";
import { createChannel } from "../channel/index.ts";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { GrpcError } from "../core/index.ts";
import { createServer } from "../server/index.ts";
import { createInMemoryChannel } from "./index.ts";

test("an error that a handler lets through from its own call goes on without what was meant for the handler", async () => {
  const details = [{ typeName: "secret.Detail", value: new Uint8Array([1]) }];
  const back = createServer().addPartial(RouteGuide, {
    getFeature: () => {
      throw new GrpcError("NOT_FOUND", "no such place", { details, trailer: { "internal-host": "db7" } });
    },
  });
  const toBack = createInMemoryChannel(back);
  const front = createServer().addPartial(RouteGuide, {
    getFeature: (point) => Promise.resolve(createClient(RouteGuide, toBack).getFeature(point)),
  });
  const toFront = createInMemoryChannel(front);

  const seenByFront = await catchError(createClient(RouteGuide, toBack).getFeature({}));
  assert.deepEqual(seenByFront.details, details);
  assert.equal(seenByFront.trailer.get("internal-host"), "db7");

  const seenByClient = await catchError(createClient(RouteGuide, toFront).getFeature({}));
  assert.equal(seenByClient.code, "NOT_FOUND");
  assert.equal(seenByClient.reason, "no such place");
  assert.deepEqual(seenByClient.details, []);
  assert.equal(seenByClient.trailer.size, 0);

  await Promise.all([toBack.close(), toFront.close(), back.shutdown(), front.shutdown()]);
});

test("of what a handler's own channel found the client gets the code, and the server all of it", async () => {
  const nobody = createChannel("http://127.0.0.1:1");
  const unexpected: unknown[] = [];
  const front = createServer({ onUnexpectedError: (error) => unexpected.push(error) }).addPartial(RouteGuide, {
    getFeature: (point) => createClient(RouteGuide, nobody).getFeature(point),
  });
  const toFront = createInMemoryChannel(front);
  const { code, reason } = await catchError(createClient(RouteGuide, toFront).getFeature({}));
  assert.deepEqual([code, reason], ["UNAVAILABLE", "a call that the server made for this one failed"]);
  assert.equal(unexpected.length, 1);
  assert.match(String(unexpected[0]), /^GrpcError: UNAVAILABLE: .*127\.0\.0\.1:1/);
  await Promise.all([nobody.close(), toFront.close(), front.shutdown()]);
});

async function catchError(call: PromiseLike<unknown>): Promise<GrpcError> {
  try {
    await call;
  } catch (error) {
    if (GrpcError.is(error)) return error;
    throw error;
  }
  return assert.fail("the call succeeded");
}
