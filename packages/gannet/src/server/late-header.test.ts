/** When a response's header leaves: with it a client commits a call, and does not make it again (gRFC A6). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { GrpcError } from "../core/index.ts";
import { frames, Http2Peer, VirtualClock } from "../testing/index.ts";
import { GrpcServer } from "./grpc-server.ts";
import type { Handlers } from "./handlers.ts";

const HOUR_MS = 60 * 60_000;

/** The frames of a call's response within so much time. */
async function responseTo(
  handlers: Partial<Handlers<typeof RouteGuide>>,
  method: "GetFeature" | "ListFeatures",
  ms: number,
): Promise<string[]> {
  const clock = new VirtualClock();
  const server = new GrpcServer({}, clock).addPartial(RouteGuide, handlers);
  const peer = await Http2Peer.connect(server).greet();
  const fields = frames.requestFields(`/routeguide.RouteGuide/${method}`);
  peer.send(frames.headers(1, fields), frames.message(1, Buffer.alloc(0), frames.END_STREAM));
  await clock.advance(ms);
  const heard = peer.take().map(({ text }) => text);
  peer.destroy();
  await clock.advance(0);
  await server.shutdown({ graceMs: 0 });
  return heard.filter((text) => text.startsWith("HEADERS") || text.startsWith("DATA"));
}

function never(): Promise<never> {
  return new Promise(() => {});
}

test("a header waits for the first message, hours if that takes so long", async () => {
  assert.deepEqual(await responseTo({ getFeature: never }, "GetFeature", 10 * HOUR_MS), []);
  const stream = async function* () {
    await never();
    yield {};
  };
  assert.deepEqual(await responseTo({ listFeatures: stream }, "ListFeatures", 10 * HOUR_MS), []);
  const [header, message] = await responseTo({ getFeature: () => ({}) }, "GetFeature", 0);
  assert.match(header ?? "", /^HEADERS 1$/);
  assert.match(message ?? "", /^DATA 1 \[5\]/);
});

test("a header leaves at once where the handler says so", async () => {
  const handlers: Partial<Handlers<typeof RouteGuide>> = {
    getFeature(_, call) {
      call.sendHeader();
      return never();
    },
  };
  assert.deepEqual(await responseTo(handlers, "GetFeature", 0), ["HEADERS 1"]);
});

test("an error before the first message comes without a header, in one frame", async () => {
  const fail = (): never => {
    throw new GrpcError("UNAVAILABLE", "not yet");
  };
  assert.deepEqual(await responseTo({ getFeature: fail }, "GetFeature", 0), ["HEADERS 1 end"]);
  assert.deepEqual(await responseTo({ listFeatures: fail }, "ListFeatures", 0), ["HEADERS 1 end"]);
});
