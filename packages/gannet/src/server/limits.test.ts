import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fails } from "../client/testdata/call-outcomes.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { GrpcError } from "../core/index.ts";
import { frames, Http2Peer } from "../testing/index.ts";
import { createServer } from "./grpc-server.ts";
import type { Handlers } from "./handlers.ts";
import { envelope, withNodeClient } from "./testdata/node-client.ts";
import { withClient } from "./testdata/with-client.ts";

const UNARY = "/routeguide.RouteGuide/GetFeature";

const name = "x".repeat(1000);

describe("a reply that is larger than the server may send", () => {
  test("fails its call, and is not sent, nor is a header", async () => {
    const add = (server: ReturnType<typeof createServer>) =>
      void server.addPartial(RouteGuide, { getFeature: ({ latitude }) => ({ name: name.slice(latitude) }) });
    await withNodeClient({ maxSendBytes: 1002 }, add, async (ask) => {
      const large = await ask(UNARY, envelope(Buffer.from([])));
      assert.equal(large.header["grpc-status"], "8");
      assert.match(String(large.header["grpc-message"]), /1003 bytes is larger than the 1002 .*maxSendBytes/);
      assert.equal(large.body.length, 0);
      const allowed = await ask(UNARY, envelope(Buffer.from([8, 1])));
      assert.equal(allowed.trailer["grpc-status"], "0");
      assert.equal(allowed.body.length, 5 + 1002);
    });
  });

  test("fails a stream behind the replies that were not, compressed or not", async () => {
    for (const compress of [false, true]) {
      let isEnded = false;
      await withClient(
        {
          async *listFeatures() {
            try {
              yield { name: "small" };
              yield { name };
            } finally {
              isEnded = true;
            }
          },
        },
        { server: { maxSendBytes: 500, compress } },
        async (client) => {
          const names: string[] = [];
          const read = async () => {
            for await (const { name } of client.listFeatures({})) names.push(name);
          };
          await fails(read(), "RESOURCE_EXHAUSTED", /maxSendBytes/);
          assert.deepEqual(names, ["small"]);
          assert.ok(isEnded);
        },
      );
    }
  });
});

describe("a request that is larger than the channel may send", () => {
  const handlers: Partial<Handlers<typeof RouteGuide>> = {
    getFeature: () => ({}),
    async *routeChat(notes) {
      for await (const { message } of notes) yield { message: String(message.length) };
    },
  };
  const channel = { maxSendBytes: 500 };

  test("fails its call, be it the first or one from an iterable", async () => {
    await withClient(handlers, { channel: { maxSendBytes: 5 } }, async (client) => {
      await client.getFeature({ latitude: 1 });
      await fails(client.getFeature({ latitude: -1 }), "RESOURCE_EXHAUSTED", /11 bytes .* 5 .*maxSendBytes/);
      await fails(client.getFeature({ latitude: -1 }, { compress: true }), "RESOURCE_EXHAUSTED", /maxSendBytes/);
    });
    await withClient(handlers, { channel }, async (client) => {
      // Before there is a connection, and over one.
      for (const _ of [1, 2]) {
        const chat = client.routeChat([{ message: "x" }, { message: name }]);
        await fails(
          (async () => {
            for await (const _ of chat);
          })(),
          "RESOURCE_EXHAUSTED",
          /maxSendBytes/,
        );
      }
    });
  });

  test("is refused where it is sent by hand, and the call goes on", async () => {
    await withClient(handlers, { channel }, async (client) => {
      const chat = client.routeChat();
      await chat.send({ message: "x" });
      assert.equal((await chat.next()).value?.message, "1");
      await fails(chat.send({ message: name }), "RESOURCE_EXHAUSTED", /maxSendBytes/);
      await chat.send({ message: "xx" });
      assert.equal((await chat.next()).value?.message, "2");
      chat.end();
      assert.equal((await chat.next()).done, true);
    });
  });
});

describe("by default", () => {
  /** The name of a feature that has so many bytes: in front of it are its tag and its length. */
  const nameOf = (messageBytes: number) => "x".repeat(messageBytes - 5);
  const largest = 4 * 1024 * 1024;

  test("a request or reply of four MiB is taken, and none with a byte more", async () => {
    const handlers: Partial<Handlers<typeof RouteGuide>> = {
      getFeature: ({ latitude }) => ({ name: nameOf(latitude) }),
      async *routeChat(notes) {
        for await (const _ of notes) yield {};
      },
    };
    await withClient(handlers, {}, async (client) => {
      assert.equal((await client.getFeature({ latitude: largest })).name.length, largest - 5);
      const reply = client.getFeature({ latitude: largest + 1 });
      await fails(reply, "RESOURCE_EXHAUSTED", /4194305 bytes is larger than the 4194304/);
      const chat = async (messageBytes: number) => {
        let count = 0;
        for await (const _ of client.routeChat([{ message: nameOf(messageBytes) }])) count++;
        return count;
      };
      assert.equal(await chat(largest), 1);
      await fails(chat(largest + 1), "RESOURCE_EXHAUSTED", /4194305 bytes is larger than the 4194304/);
    });
  });

  test("a connection is told that it may have 1,000 streams, and header lists of 16 KiB", async () => {
    const server = createServer().addPartial(RouteGuide, {});
    const peer = Http2Peer.connect(server).send(frames.PREFACE, frames.settings());
    const { payload } = await peer.expect("SETTINGS");
    const told = new Map<number, number>();
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    for (let at = 0; at < payload.length; at += 6) told.set(view.getUint16(at), view.getUint32(at + 2));
    const [maxConcurrentStreams, maxHeaderListSize] = [3, 6];
    assert.equal(told.get(maxConcurrentStreams), 1000);
    assert.equal(told.get(maxHeaderListSize), 16 * 1024);
    peer.destroy();
    await server.shutdown({ graceMs: 0 });
  });
});

describe("metadata", () => {
  const of = (byteLength: number) => ({ metadata: { large: "x".repeat(byteLength) } });

  test("of a request over the soft limit fails the call, before its handler", async () => {
    let calls = 0;
    const handlers = {
      getFeature: () => {
        calls++;
        return {};
      },
    };
    await withClient(handlers, {}, async (client) => {
      await client.getFeature({}, of(7000));
      await fails(client.getFeature({}, of(8192)), "RESOURCE_EXHAUSTED", /request has 8\d+ bytes.* 8192 .*maxMetadata/);
      await fails(client.getFeature({}, of(15_000)), "RESOURCE_EXHAUSTED", /maxMetadataBytes/);
      // What the server's HTTP/2 would not read does not leave.
      await fails(client.getFeature({}, of(17_000)), "RESOURCE_EXHAUSTED", /16384 bytes that the server takes/);
      await client.getFeature({});
      assert.equal(calls, 2);
    });
  });

  test("of a request over the hard limit ends the stream in a way that clients understand, and no more", async () => {
    const add = (server: ReturnType<typeof createServer>) =>
      void server.addPartial(RouteGuide, { getFeature: () => ({}) });
    await withNodeClient({}, add, async (ask) => {
      await assert.rejects(ask(UNARY, envelope(Buffer.from([])), { large: "x".repeat(17_000) }), {
        message: /ENHANCE_YOUR_CALM/,
      });
      const { trailer } = await ask(UNARY, envelope(Buffer.from([])));
      assert.equal(trailer["grpc-status"], "0");
    });
  });

  test("of a reply over the soft limit fails the call at the client, which repeats what the status was", async () => {
    const handlers: Partial<Handlers<typeof RouteGuide>> = {
      getFeature({ latitude }, call) {
        if (latitude === 1) call.header.set("large", "x".repeat(9000));
        if (latitude === 2) call.trailer.set("large", "x".repeat(9000));
        if (latitude === 3) throw new GrpcError("NOT_FOUND", "no such place", { trailer: { large: "x".repeat(9000) } });
        return {};
      },
    };
    await withClient(handlers, {}, async (client) => {
      const get = (latitude: number) => client.getFeature({ latitude });
      await fails(get(1), "RESOURCE_EXHAUSTED", /the server's header has 9\d+ bytes, more than the 8192/);
      await fails(get(2), "RESOURCE_EXHAUSTED", /the server's trailer has 9\d+ bytes.*; it says OK/);
      await fails(get(3), "RESOURCE_EXHAUSTED", /trailer has 9\d+ bytes.*; it says NOT_FOUND: no such place/);
      await get(0);
    });
  });

  test("may be larger where both sides say so: HTTP/2's own limit makes room", async () => {
    const larger = { maxMetadataBytes: 100_000 };
    const handlers: Partial<Handlers<typeof RouteGuide>> = {
      getFeature(_, call) {
        call.trailer.set("large", "y".repeat(90_000));
        return { name: String(call.metadata.get("large")?.length) };
      },
    };
    await withClient(handlers, { server: larger, channel: larger }, async (client) => {
      const call = client.getFeature({}, of(50_000));
      assert.equal((await call).name, "50000");
      assert.equal((await call.trailer).get("large")?.length, 90_000);
    });
    assert.throws(() => createServer({ maxMetadataBytes: Number.POSITIVE_INFINITY }), {
      code: "GANNET_INVALID_OPTION",
    });
  });
});
