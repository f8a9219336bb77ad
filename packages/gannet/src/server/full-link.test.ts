/** Whole stacks over a link with latency: it is filled, and who shares it is not stuck. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import type { ConnectionLimits } from "../http2/index.ts";
import { createInMemoryChannel, FaultyNetwork, VirtualClock } from "../testing/index.ts";
import { createServer } from "./grpc-server.ts";

const NAME = "x".repeat(65_000);
const MEBIBYTE = 1024 * 1024;

/** Reads a stream of so many bytes over a link of that latency. Returns the milliseconds that the second half took. */
async function readOver(latencyMs: number, byteLength: number, limits: ConnectionLimits): Promise<number> {
  const clock = new VirtualClock();
  const network = new FaultyNetwork({ clock }).set({ latencyMs });
  const count = Math.ceil(byteLength / NAME.length);
  const server = createServer({ clock }).addPartial(RouteGuide, {
    async *listFeatures() {
      for (let index = 0; index < count; index++) yield { name: NAME };
    },
  });
  const channel = network.createChannel(server, { clock, http2: limits });
  let isOver = false;
  let half = 0;
  const reading = (async () => {
    let read = 0;
    for await (const { name } of createClient(RouteGuide, channel).listFeatures({})) {
      assert.equal(name.length, NAME.length);
      if (++read === count >> 1) half = clock.now();
    }
    isOver = true;
    assert.equal(read, count);
  })();
  while (!isOver) await clock.advance(5);
  await reading;
  const tookMs = clock.now() - half;
  const closed = channel.close();
  await clock.advance(10_000);
  await closed;
  await network.close();
  return tookMs;
}

describe("a stream over a link of 100 ms there and back", () => {
  test("fills it, where windows may grow with what it carries", async () => {
    // With windows that stay, a quarter of a MiB comes in each tenth of a second.
    const fixed = await readOver(50, 4 * MEBIBYTE, { maxStreamWindowBytes: 256 * 1024 });
    assert.ok(fixed >= 700, `2 MiB in ${fixed} ms`);
    const grown = await readOver(50, 32 * MEBIBYTE, {});
    assert.ok(grown <= 800, `16 MiB in ${grown} ms`);
  });
});

test("small calls pass a stream that is never read to its end, each behind a little of it", async () => {
  const stop = new AbortController();
  const server = createServer().addPartial(RouteGuide, {
    getFeature: () => ({ name: "small" }),
    async *listFeatures() {
      while (!stop.signal.aborted) yield { name: NAME };
    },
  });
  const channel = createInMemoryChannel(server);
  const client = createClient(RouteGuide, channel);
  let bytes = 0;
  const reading = (async () => {
    for await (const { name } of client.listFeatures({})) bytes += name.length;
  })();
  const between: number[] = [];
  for (let call = 0; call < 50; call++) {
    const before = bytes;
    assert.equal((await client.getFeature({})).name, "small");
    between.push(bytes - before);
  }
  stop.abort();
  await reading;
  assert.ok(bytes > 50 * NAME.length, `${bytes} bytes came beside the calls`);
  // What may be in the pipe, and in a turn of the handler's.
  assert.ok(Math.max(...between) <= 4 * MEBIBYTE, between.join(" "));
  await channel.close();
  await server.shutdown();
});
