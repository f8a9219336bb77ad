import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ChannelOptions } from "../channel/index.ts";
import type { Client } from "../client/index.ts";
import { collect, fails } from "../client/testdata/call-outcomes.ts";
import type { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import type { Compressor } from "../core/index.ts";
import { deflate, gzip } from "../node/index.ts";
import { createServer } from "./grpc-server.ts";
import { long } from "./testdata/compressed-calls.ts";
import { withClient } from "./testdata/with-client.ts";

/** Makes one byte of whatever a point is. */
class OneByte implements Compressor {
  readonly name = "one-byte";

  compress(): Uint8Array {
    return Uint8Array.of(1);
  }

  decompress(): Uint8Array {
    return new Uint8Array(0);
  }
}

describe("requests", () => {
  async function seen(
    channel: ChannelOptions,
    call: (client: Client<typeof RouteGuide>) => PromiseLike<unknown>,
    compressors?: readonly Compressor[],
  ) {
    const wasCompressed: boolean[] = [];
    await withClient(
      {
        getFeature(request, call) {
          wasCompressed.push(call.wasCompressed(request));
          return {};
        },
        async *routeChat(requests, call) {
          for await (const request of requests) {
            wasCompressed.push(call.wasCompressed(request));
            yield { message: `${request.message.length}` };
          }
        },
      },
      { channel, server: { compressors } },
      async (client) => {
        await call(client);
      },
    );
    return wasCompressed;
  }

  test("are not compressed unless asked for, by the call or the channel", async () => {
    const send = (compress: boolean | undefined) => (client: Client<typeof RouteGuide>) =>
      collect(client.routeChat([{ message: long }], { compress }));
    assert.deepEqual(await seen({}, send(undefined)), [false]);
    assert.deepEqual(await seen({}, send(true)), [true]);
    assert.deepEqual(await seen({ compress: true }, send(undefined)), [true]);
    assert.deepEqual(await seen({ compress: true }, send(false)), [false]);
    assert.deepEqual(await seen({ compress: true, compressors: [] }, send(undefined)), [false]);
  });

  test("of a single kind are compressed too, where they are as large as the channel says", async () => {
    const point = { latitude: -1, longitude: -1 };
    const small = { compress: true, compressors: [new OneByte()] };
    assert.deepEqual(
      await seen({ ...small, minCompressBytes: 22 }, (client) => client.getFeature(point), [new OneByte()]),
      [true],
    );
    assert.deepEqual(
      await seen({ ...small, minCompressBytes: 23 }, (client) => client.getFeature(point), [new OneByte()]),
      [false],
    );
  });

  test("with a compression that the server does not know are UNIMPLEMENTED", async () => {
    await withClient(
      { getFeature: () => ({}) },
      { server: { compressors: [gzip()] }, channel: { compressors: [deflate()], compress: true } },
      async (client) => {
        await fails(client.getFeature({}), "UNIMPLEMENTED", /"deflate"; it knows identity,gzip/);
      },
    );
  });

  test("are compressed one by one where they are sent by hand", async () => {
    const flags = await seen({}, async (client) => {
      const chat = client.routeChat({ compress: true });
      await chat.send({ message: long });
      await chat.send({ message: long }, { compress: false });
      await chat.send({ message: long }, { compress: true });
      await chat.send({ message: "short" });
      chat.end();
      const replies = await collect(chat);
      assert.deepEqual(
        replies.map(({ message }) => message),
        ["5000", "5000", "5000", "5"],
      );
    });
    assert.deepEqual(flags, [true, false, true, false]);
  });

  test("are compressed one by one behind interceptors too", async () => {
    const flags = await seen({ interceptors: [(_, next) => next()] }, async (client) => {
      const chat = client.routeChat({ compress: true });
      void chat.send({ message: long }, { compress: false });
      void chat.send({ message: long });
      await chat.next();
      await chat.next();
      await chat.send({ message: long }, { compress: false });
      chat.end();
      await collect(chat);
    });
    assert.deepEqual(flags, [false, true, false]);
  });

  test("are compressed where the channel does by itself, and requests come from an iterable", async () => {
    const flags = await seen({ compress: true }, (client) =>
      collect(client.routeChat([{ message: long }, { message: "short" }])),
    );
    assert.deepEqual(flags, [true, false]);
  });

  test("with an option that is none are refused", async () => {
    await seen({}, async (client) => {
      const chat = client.routeChat();
      await assert.rejects(chat.send({}, { compres: true } as object), { code: "GANNET_UNKNOWN_OPTION" });
      chat.cancel();
    });
    assert.throws(() => createServer({ minCompressBytes: -1 }), { code: "GANNET_INVALID_OPTION" });
  });
});
