import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gunzipSync, inflateSync } from "node:zlib";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { RouteGuide, type RouteNote, RouteNoteSchema } from "../client/testdata/route_guide_pb.ts";
import type { ServerCall } from "../core/index.ts";
import { deflate, gzip } from "../node/index.ts";
import type { createServer } from "./grpc-server.ts";
import type { ServerOptions } from "./server-options.ts";
import { CountingGzip, long } from "./testdata/compressed-calls.ts";
import { envelope, messagesOf, withNodeClient } from "./testdata/node-client.ts";
import { withClient } from "./testdata/with-client.ts";

const CHAT = "/routeguide.RouteGuide/RouteChat";

describe("replies", () => {
  async function flags(
    server: ServerOptions,
    onCall: (call: ServerCall) => void,
    fields: Readonly<Record<string, string>> = { "grpc-accept-encoding": "deflate,gzip" },
  ) {
    let answer = {};
    const add = (to: ReturnType<typeof createServer>) => {
      to.addPartial(RouteGuide, {
        async *routeChat(requests, call) {
          onCall(call);
          for await (const { message } of requests) {
            if (message === "plain") call.compress = false;
            if (message === "compress") call.compress = true;
            yield { message: long };
          }
        },
      });
    };
    await withNodeClient({ compressors: [gzip(), deflate()], ...server }, add, async (ask) => {
      const requests = ["", "plain", "compress"].map((message) => envelope(encode({ message })));
      const { header, body } = await ask(CHAT, Buffer.concat(requests), fields);
      const encoding = header["grpc-encoding"];
      const inflate = encoding === "gzip" ? gunzipSync : inflateSync;
      const messages = messagesOf(body);
      for (const [flag, message] of messages) {
        const plain = flag === 1 ? inflate(message) : message;
        assert.equal(fromBinary(RouteNoteSchema, plain).message, long);
      }
      answer = { encoding, flags: messages.map(([flag]) => flag).join("") };
      assert.equal(header["grpc-accept-encoding"], "identity,gzip,deflate");
    });
    return answer;
  }
  const encode = (init: Partial<RouteNote>): Uint8Array =>
    toBinary(RouteNoteSchema, create(RouteNoteSchema, init as object));

  test("are plain unless asked for", async () => {
    const found = await flags({}, () => {});
    assert.deepEqual(found, { encoding: undefined, flags: "000" });
  });

  test("are compressed with the first of the server's that the client takes, where the server does so by itself", async () => {
    const found = await flags({ compress: true }, () => {});
    assert.deepEqual(found, { encoding: "gzip", flags: "101" });
    const other = await flags({ compress: true }, () => {}, { "grpc-accept-encoding": "deflate" });
    assert.deepEqual(other, { encoding: "deflate", flags: "101" });
  });

  test("are compressed as the requests are, where the client takes that", async () => {
    const fields = { "grpc-accept-encoding": "gzip,deflate", "grpc-encoding": "deflate" };
    const found = await flags({ compress: true }, () => {}, fields);
    assert.deepEqual(found, { encoding: "deflate", flags: "101" });
  });

  test("are compressed where the handler says so before the header", async () => {
    const found = await flags({}, (call) => {
      call.compress = true;
    });
    assert.deepEqual(found, { encoding: "gzip", flags: "101" });
  });

  test("may start plain, where the handler says it before the header", async () => {
    const found = await flags({}, (call) => {
      call.compress = false;
    });
    assert.deepEqual(found, { encoding: "gzip", flags: "001" });
  });

  test("stay plain where it is too late, or the client takes none of the server's", async () => {
    const late = await flags({}, (call) => {
      call.sendHeader();
      call.compress = true;
    });
    assert.deepEqual(late, { encoding: undefined, flags: "000" });
    for (const fields of [{}, { "grpc-accept-encoding": "snappy,identity" }] as const) {
      const found = await flags({ compress: true }, () => {}, fields);
      assert.deepEqual(found, { encoding: undefined, flags: "000" });
    }
  });

  test("that are compressed come to a client of gannet, and cost nothing where they are not", async () => {
    const [here, there] = [new CountingGzip(), new CountingGzip()];
    const options = { server: { compressors: [there] }, channel: { compressors: [here] } };
    await withClient(
      {
        getFeature({ latitude }, call) {
          if (latitude === 1) call.compress = true;
          return { name: long };
        },
      },
      options,
      async (client) => {
        assert.equal((await client.getFeature({})).name, long);
        assert.deepEqual([here.compressed, here.decompressed, there.compressed, there.decompressed], [0, 0, 0, 0]);
        assert.equal((await client.getFeature({ latitude: 1 })).name, long);
        assert.deepEqual([here.compressed, here.decompressed, there.compressed, there.decompressed], [0, 1, 1, 0]);
      },
    );
  });
});
