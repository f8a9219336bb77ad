import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { systemClock } from "../base/index.ts";
import { collect, fails } from "../client/testdata/call-outcomes.ts";
import { PointSchema } from "../client/testdata/route_guide_pb.ts";
import { VirtualClock } from "../testing/index.ts";
import { GrpcServer } from "./grpc-server.ts";
import { never, type PartialHandlers, ServerPair, turns, withPair } from "./testdata/server-pair.ts";

describe("back-pressure", () => {
  test("a generator is pulled no faster than the client reads", async () => {
    let made = 0;
    const handlers: PartialHandlers = {
      *listFeatures() {
        for (let count = 0; count < 200; count++) {
          made++;
          yield { name: "x".repeat(50_000) };
        }
      },
    };
    await withPair(handlers, async ({ client }) => {
      const call = client.listFeatures({});
      const replies = call[Symbol.asyncIterator]();
      await replies.next();
      await turns(50);
      assert.ok(made < 40, `${made} messages of 50 kB were made for windows of 256 KiB`);
      let count = 1;
      while ((await replies.next()).done !== true) count++;
      assert.deepEqual([count, made], [200, 200]);
    });
  });

  test("a client is let send no faster than the handler reads", async () => {
    let read: (() => void) | undefined;
    const handlers: PartialHandlers = {
      async recordRoute(requests) {
        await new Promise<void>((resolve) => {
          read = resolve;
        });
        return { pointCount: (await collect(requests)).length };
      },
    };
    await withPair(handlers, async ({ client }) => {
      let made = 0;
      const reply = client.recordRoute(
        (function* () {
          for (; made < 100_000; made++)
            yield create(PointSchema, { latitude: 1_000_000_000, longitude: 1_000_000_000 });
        })(),
      );
      reply.then(undefined, () => {});
      await turns(1200);
      assert.ok(made < 60_000, `${made} messages of 17 bytes were made for a window of 256 KiB`);
      read?.();
      assert.equal((await reply).pointCount, 100_000);
    });
  });

  test("a handler that stops reading lets the client send all the same", () =>
    withPair(
      {
        async *routeChat(requests) {
          for await (const _ of requests) break;
          await turns(100);
          yield { message: "done" };
        },
      },
      async ({ client }) => {
        const chat = client.routeChat(Array.from({ length: 20 }, () => ({ message: "x".repeat(50_000) })));
        assert.equal((await collect(chat)).length, 1);
      },
    ));

  test("a generator that never waits lets others have their turn", () =>
    withPair(
      {
        *listFeatures() {
          for (let count = 0; count < 20_000; count++) yield { name: "x" };
        },
        getFeature: () => ({}),
      },
      async ({ client }) => {
        let isDone = false;
        const all = collect(client.listFeatures({})).then(() => {
          isDone = true;
        });
        for (let count = 0; count < 5; count++) await client.getFeature({});
        assert.ok(!isDone);
        await all;
      },
    ));
});

describe("maxConcurrentCalls", () => {
  test("lets calls wait in the order of their coming, and refuses those beyond the queue", async () => {
    const order: number[] = [];
    const open: (() => void)[] = [];
    const handlers: PartialHandlers = {
      async getFeature({ latitude }) {
        order.push(latitude);
        await new Promise<void>((resolve) => open.push(resolve));
        return {};
      },
    };
    await withPair(
      handlers,
      async ({ client }) => {
        const calls = [0, 1, 2, 3, 4].map((latitude) => client.getFeature({ latitude }));
        const cancelled = new AbortController();
        const gone = client.getFeature({ latitude: 9 }, { signal: cancelled.signal });
        await fails(gone, "RESOURCE_EXHAUSTED", /maxQueuedCalls/);
        assert.deepEqual(order, [0, 1]);
        for (let count = 0; count < 5; count++) {
          open.shift()?.();
          await turns(3);
        }
        await Promise.all(calls);
        assert.deepEqual(order, [0, 1, 2, 3, 4]);
      },
      { maxConcurrentCalls: 2, maxQueuedCalls: 3 },
    );
  });

  test("a call that ends while it waits gives its place up", async () => {
    const ran: number[] = [];
    let release: (() => void) | undefined;
    const handlers: PartialHandlers = {
      async getFeature({ latitude }) {
        ran.push(latitude);
        if (latitude === 0) await new Promise<void>((resolve) => (release = resolve));
        return {};
      },
    };
    await withPair(
      handlers,
      async ({ client }) => {
        const first = client.getFeature({ latitude: 0 });
        first.then(undefined, () => {});
        const controller = new AbortController();
        const second = client.getFeature({ latitude: 1 }, { signal: controller.signal });
        const failed = fails(second, "CANCELLED");
        const third = client.getFeature({ latitude: 2 });
        third.then(undefined, () => {});
        await turns(4);
        controller.abort();
        await failed;
        await turns(4);
        release?.();
        await Promise.all([first, third]);
        assert.deepEqual(ran, [0, 2]);
      },
      { maxConcurrentCalls: 1 },
    );
  });
});

describe("shutdown", () => {
  test("lets calls finish, takes no further ones, and then closes", async () => {
    let release: (() => void) | undefined;
    const pair = new ServerPair({
      getFeature: async () => {
        await new Promise<void>((resolve) => (release = resolve));
        return { name: "finished" };
      },
    });
    const call = pair.client.getFeature({});
    call.then(undefined, () => {});
    await turns(4);
    const down = pair.server.shutdown();
    await turns(4);
    assert.ok(!pair.http2.canOpenStream);
    release?.();
    assert.equal((await call).name, "finished");
    await down;
    await turns(3);
    assert.ok(pair.isClosed);
  });

  test("closes once replies that waited for the client have left", async () => {
    const pair = new ServerPair({
      *listFeatures() {
        for (let count = 0; count < 5; count++) yield { name: "x".repeat(200_000) };
      },
    });
    const call = pair.client.listFeatures({});
    const replies = call[Symbol.asyncIterator]();
    await replies.next();
    const down = pair.server.shutdown();
    await turns(10);
    assert.equal((await collect({ [Symbol.asyncIterator]: () => replies })).length, 4);
    await down;
  });

  test("ends what is left after graceMs, and a later shutdown may be shorter", async () => {
    const clock = new VirtualClock();
    const pair = new ServerPair({ getFeature: never }, { clock });
    const failed = fails(pair.client.getFeature({}), "UNAVAILABLE");
    await turns(4);
    let isDown = false;
    const down = Promise.all([pair.server.shutdown({ graceMs: 60_000 }), pair.server.shutdown({ graceMs: 1000 })]).then(
      () => {
        isDown = true;
      },
    );
    await clock.advance(900);
    assert.ok(!isDown);
    await clock.advance(200);
    await Promise.all([failed, down]);
  });

  test("settles at once where there is nothing to wait for", async () => {
    await new GrpcServer({}, systemClock).shutdown();
  });

  test("then no more is served", async () => {
    const server = new GrpcServer({}, systemClock);
    const listening = server.listen("127.0.0.1:0");
    const refused = assert.rejects(listening, { code: "GANNET_SHUT_DOWN" });
    await server.shutdown();
    await refused;
    await assert.rejects(server.listen("127.0.0.1:0"), { code: "GANNET_SHUT_DOWN" });
  });
});
