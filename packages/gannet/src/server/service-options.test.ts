import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { Health } from "../services/proto/grpc/health/v1/health_pb.ts";
import { createInMemoryChannel } from "../testing/index.ts";
import { createServer } from "./index.ts";

test("calls of a service without limit run at once, and take nobody's place", async () => {
  let release: (() => void) | undefined;
  const server = createServer({ maxConcurrentCalls: 1, maxQueuedCalls: 0 })
    .addPartial(RouteGuide, {
      async getFeature({ latitude }) {
        if (latitude === 0) await new Promise<void>((resolve) => (release = resolve));
        return { name: `${latitude}` };
      },
    })
    .addPartial(Health, { check: () => Promise.resolve({}) }, { limited: false });
  assert.deepEqual(server.services(), [RouteGuide, Health]);
  const channel = createInMemoryChannel(server);
  const limited = createClient(RouteGuide, channel);
  const first = limited.getFeature({ latitude: 0 });
  first.then(undefined, () => {});
  await assert.rejects(limited.getFeature({ latitude: 1 }).response, { code: "RESOURCE_EXHAUSTED" });
  await createClient(Health, channel).check({});
  assert.equal(server.stats().calls.running, 1);
  release?.();
  await first;
  assert.equal((await limited.getFeature({ latitude: 3 })).name, "3");
  await channel.close();
  await server.shutdown();
});

test("an option that there is not is an error", () => {
  const options: object = { limit: false };
  assert.throws(() => createServer().addPartial(RouteGuide, {}, options), {
    code: "GANNET_UNKNOWN_OPTION",
    message: /did you mean limited\?/,
  });
});

test("who listens to shutdownSignal hears of the shutdown before clients do, and may shut down once more", async () => {
  const server = createServer().addPartial(RouteGuide, {
    async *listFeatures(_request, call) {
      yield { name: "first" };
      await new Promise((resolve) => server.shutdownSignal.addEventListener("abort", resolve));
      yield { name: `last, ${call.active}` };
    },
  });
  server.shutdownSignal.addEventListener("abort", () => void server.shutdown());
  const channel = createInMemoryChannel(server);
  const names: string[] = [];
  let down: Promise<void> | undefined;
  for await (const { name } of createClient(RouteGuide, channel).listFeatures({})) {
    names.push(name);
    down ??= server.shutdown();
  }
  assert.deepEqual(names, ["first", "last, true"]);
  await down;
  assert.ok(server.shutdownSignal.aborted);
  await channel.close();
});

test("who asks for shutdownSignal after the shutdown finds it aborted", async () => {
  const server = createServer();
  await server.shutdown();
  assert.ok(server.shutdownSignal.aborted);
});
