import { test } from "node:test";
import { frames, ScriptedServer } from "../testing/index.ts";
import { createClient } from "./index.ts";
import { RouteGuide } from "./testdata/route_guide_pb.ts";

test("the one request of a call is in the last frame of its side, on a connection that is new and on one that is not", async () => {
  const server = new ScriptedServer();
  const channel = server.createChannel();
  const client = createClient(RouteGuide, channel);
  const first = client.getFeature({ latitude: 1 }).response;
  const peer = await (await server.accept()).greet();
  await peer.expect("HEADERS 1");
  await peer.expect("DATA 1 [7] end");
  peer.send(frames.headers(1, frames.RESPONSE_FIELDS), frames.message(1, new Uint8Array()), frames.trailers(1, 0));
  await first;

  const second = client.getFeature({ latitude: 2 }).response;
  await peer.expect("HEADERS 3");
  await peer.expect("DATA 3 [7] end");
  peer.send(frames.headers(3, frames.RESPONSE_FIELDS), frames.message(3, new Uint8Array()), frames.trailers(3, 0));
  await second;

  const features = client.listFeatures({});
  await peer.expect("HEADERS 5");
  await peer.expect("DATA 5 [5] end");
  features.cancel();
  await channel.close();
});
