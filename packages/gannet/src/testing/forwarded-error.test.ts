import assert from "node:assert/strict";
import { test } from "node:test";
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

async function catchError(call: PromiseLike<unknown>): Promise<GrpcError> {
  try {
    await call;
  } catch (error) {
    if (GrpcError.is(error)) return error;
    throw error;
  }
  return assert.fail("the call succeeded");
}
