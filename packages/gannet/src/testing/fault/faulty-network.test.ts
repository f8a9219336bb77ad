import assert from "node:assert/strict";
import { test } from "node:test";
import { type Channel, createChannel, insecure } from "../../channel/index.ts";
import { createClient } from "../../client/index.ts";
import { RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { GrpcError } from "../../core/index.ts";
import { createServer, type Server } from "../../server/index.ts";
import { FaultyNetwork, VirtualClock } from "../index.ts";

const NAME = "x".repeat(10_000);

function createPlaces(clock?: VirtualClock): Server {
  return createServer({ clock }).addPartial(RouteGuide, {
    getFeature: () => ({ name: NAME }),
    async *listFeatures() {
      for (let index = 0; index < 20; index++) yield { name: NAME };
    },
  });
}

async function codeOf(call: PromiseLike<unknown>): Promise<string> {
  try {
    await call;
    return "OK";
  } catch (error) {
    if (GrpcError.is(error)) return error.code;
    throw error;
  }
}

async function listNames(channel: Channel): Promise<number> {
  let count = 0;
  for await (const { name } of createClient(RouteGuide, channel).listFeatures({})) {
    assert.equal(name, NAME);
    count++;
  }
  return count;
}

for (const kind of ["in memory", "over sockets"] as const) {
  /** Runs a test with a network between a server and a channel of this kind. */
  const through = async (run: (network: FaultyNetwork, channel: Channel) => Promise<void>) => {
    const network = new FaultyNetwork({ seed: 3 });
    const server = createPlaces();
    let channel: Channel;
    const backoff = { initialMs: 1, maxMs: 1 };
    if (kind === "in memory") channel = network.createChannel(server, { backoff });
    else {
      const { port } = await server.listen("127.0.0.1:0");
      channel = createChannel(await network.relay(`127.0.0.1:${port}`), { credentials: insecure(), backoff });
    }
    await run(network, channel);
    await channel.close();
    await network.close();
    await server.shutdown();
  };

  test(`${kind}, what is cut into pieces of a few bytes comes out whole`, async () => {
    await through(async (network, channel) => {
      network.set({ maxPieceBytes: 300 });
      assert.equal(await listNames(channel), 20);
      network.set();
      assert.equal(await listNames(channel), 20);
      assert.equal(network.attempts, 1);
    });
  });

  test(`${kind}, a connection that breaks off within a reply fails its call, and the next one connects again`, async () => {
    await through(async (network, channel) => {
      network.set({ maxReplyBytes: 5_000 });
      assert.equal(await codeOf(createClient(RouteGuide, channel).getFeature({})), "UNAVAILABLE");
      network.set();
      assert.equal(await codeOf(createClient(RouteGuide, channel).getFeature({}, { waitForReady: true })), "OK");
      assert.equal(network.attempts, 2);
      assert.equal(network.connections, 1);
    });
  });

  test(`${kind}, replies that are held back arrive when the network is well again`, async () => {
    await through(async (network, channel) => {
      await channel.connect();
      network.set({ stalled: ["replies"] });
      const call = codeOf(createClient(RouteGuide, channel).getFeature({}));
      const late = await codeOf(createClient(RouteGuide, channel).getFeature({}, { timeoutMs: 20 }));
      assert.equal(late, "DEADLINE_EXCEEDED");
      network.set();
      assert.equal(await call, "OK");
    });
  });

  test(`${kind}, connections that are cut or refused fail calls with UNAVAILABLE`, async () => {
    await through(async (network, channel) => {
      await channel.connect();
      network.set({ stalled: ["requests"] });
      const call = codeOf(createClient(RouteGuide, channel).getFeature({}));
      network.set({ refuse: true }).cut();
      assert.equal(await call, "UNAVAILABLE");
      assert.equal(network.connections, 0);
      assert.equal(await codeOf(createClient(RouteGuide, channel).getFeature({})), "UNAVAILABLE");
      assert.ok(network.attempts >= 2);
    });
  });
}

test("latency passes on the clock of the test", async () => {
  const clock = new VirtualClock();
  const network = new FaultyNetwork({ clock }).set({ latencyMs: 40 });
  const server = createPlaces(clock);
  const channel = network.createChannel(server, { clock });
  let outcome = "open";
  const connected = channel.connect();
  await clock.advance(100);
  await connected;
  void codeOf(createClient(RouteGuide, channel).getFeature({})).then((code) => {
    outcome = code;
  });
  await clock.advance(79);
  assert.equal(outcome, "open");
  await clock.advance(1);
  assert.equal(outcome, "OK");
  await channel.close();
  await network.close();
  await server.shutdown();
});

test("faults that there are not, are refused", () => {
  const network = new FaultyNetwork();
  assert.throws(() => network.set({ latency: 4 } as object), { code: "GANNET_UNKNOWN_OPTION" });
  assert.throws(() => network.set({ maxPieceBytes: 0 }), { code: "GANNET_INVALID_OPTION", name: "RangeError" });
  assert.throws(() => new FaultyNetwork({ sead: 1 } as object), { message: /did you mean seed\?/ });
});
