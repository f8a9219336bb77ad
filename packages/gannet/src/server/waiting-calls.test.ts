import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { createInMemoryChannel, frames, Http2Peer, VirtualClock } from "../testing/index.ts";
import { createServer, type Server } from "./index.ts";

/** A server with one handler at a time, and what lets the call that occupies it end. */
function createBusyServer(clock: VirtualClock): { server: Server; ran: string[]; release(): void } {
  const ran: string[] = [];
  let release = () => {};
  const server = createServer({ clock, maxConcurrentCalls: 1 }).addPartial(RouteGuide, {
    async getFeature({ latitude }) {
      ran.push(`feature ${latitude}`);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return {};
    },
    async recordRoute(points) {
      let pointCount = 0;
      for await (const _ of points) pointCount++;
      ran.push(`route of ${pointCount}`);
      return { pointCount };
    },
  });
  return { server, ran, release: () => release() };
}

test("a call that waits for its turn keeps its deadline, and leaves when that has passed", async () => {
  const clock = new VirtualClock();
  const { server, ran, release } = createBusyServer(clock);
  const channel = createInMemoryChannel(server, { clock });
  const client = createClient(RouteGuide, channel);
  const first = client.getFeature({ latitude: 1 }).response;
  await clock.advance(0);
  const late = assert.rejects(client.getFeature({ latitude: 2 }, { timeoutMs: 1_000 }).response, {
    code: "DEADLINE_EXCEEDED",
  });
  await clock.advance(0);
  assert.equal(server.stats().calls.queued, 1);
  await clock.advance(2_000);
  await late;
  assert.equal(server.stats().calls.queued, 0);
  release();
  await first;
  assert.deepEqual(ran, ["feature 1"]);
  await channel.close();
  await server.shutdown();
});

test("a call that waits for its turn is given no window for what it sends, until it is read", async () => {
  const clock = new VirtualClock();
  const { server, ran, release } = createBusyServer(clock);
  const peer = await Http2Peer.connect(server).greet();
  peer.send(frames.headers(1, frames.requestFields("/routeguide.RouteGuide/GetFeature")), frames.message(1, LARGE, 1));
  await clock.advance(0);
  peer.send(frames.headers(3, frames.requestFields("/routeguide.RouteGuide/RecordRoute")));
  for (let count = 0; count < 15; count++) peer.send(frames.message(3, LARGE));
  await clock.advance(0);
  assert.deepEqual(takeWindows(peer), []);
  release();
  await clock.advance(0);
  assert.notDeepEqual(takeWindows(peer), []);
  peer.send(frames.data(3, new Uint8Array(0), 1));
  await clock.advance(0);
  assert.deepEqual(ran, ["feature 0", "route of 15"]);
  peer.end();
  const down = server.shutdown({ graceMs: 0 });
  await clock.advance(10_000);
  await down;
});

/** The windows that were given to the call that waits. */
function takeWindows(peer: Http2Peer): string[] {
  return peer.take().flatMap(({ text }) => (text.startsWith("WINDOW_UPDATE 3 ") ? [text] : []));
}

/** A message of nearly 16 KiB: a field that Point does not have. */
const LARGE = Uint8Array.from([0x7a, 0xf0, 0x7c, ...new Uint8Array(0x3e70)]);
