import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { create } from "@bufbuild/protobuf";
import { type Client, createClient } from "../client/index.ts";
import { collect } from "../client/testdata/call-outcomes.ts";
import { PointSchema, RouteGuide, RouteSummarySchema } from "../client/testdata/route_guide_pb.ts";
import { createInMemoryChannel } from "../testing/index.ts";
import { createServer } from "./grpc-server.ts";
import type { Server } from "./server.ts";
import { envelope, messagesOf, withNodeClient } from "./testdata/node-client.ts";

const UNARY = "/routeguide.RouteGuide/GetFeature";

function addRoutes(server: Server): void {
  server.add(RouteGuide, {
    getFeature: ({ latitude }, call) => ({ name: `${call.format} ${latitude}` }),
    async *listFeatures({ low }, call) {
      yield { name: `${call.format} ${low?.latitude}` };
      yield { name: "" };
    },
    async recordRoute(points) {
      let pointCount = 0;
      for await (const _ of points) pointCount++;
      return { pointCount };
    },
    async *routeChat(notes) {
      for await (const { message } of notes) yield { message: message.toUpperCase() };
    },
  });
}

describe("calls in JSON", () => {
  async function tryAll(client: Client<typeof RouteGuide>, format: string): Promise<void> {
    assert.equal((await client.getFeature({ latitude: -7 })).name, `${format} -7`);
    const features = await collect(client.listFeatures({ low: { latitude: 3 } }));
    assert.deepEqual(
      features.map(({ name }) => name),
      [`${format} 3`, ""],
    );
    const summary = await client.recordRoute([{}, { latitude: 1 }, create(PointSchema, { longitude: 2 })]);
    assert.deepEqual(summary, create(RouteSummarySchema, { pointCount: 3 }));
    const notes = await collect(client.routeChat([{ message: "ü" }, { message: "x" }]));
    assert.deepEqual(
      notes.map(({ message }) => message),
      ["Ü", "X"],
    );
  }

  test("of all kinds are as those in binary, on the same server at the same time", async () => {
    const server = createServer();
    addRoutes(server);
    const formats = ["json", "proto"] as const;
    await Promise.all(
      formats.map(async (format) => {
        const channel = createInMemoryChannel(server, { format });
        await tryAll(createClient(RouteGuide, channel), format);
        await channel.close();
      }),
    );
    await server.shutdown({ graceMs: 0 });
  });

  test("are JSON on the wire, and are answered in the content type that they have", async () => {
    await withNodeClient({ compress: true, minCompressBytes: 0 }, addRoutes, async (ask) => {
      for (const [type, answered] of [
        ["application/grpc+json", "application/grpc+json"],
        ["application/grpc+json;charset=utf-8", "application/grpc+json"],
      ] as const) {
        const request = envelope(Buffer.from('{"latitude":5, "altitude":{"new":[1]}}'));
        const { header, trailer, body } = await ask(UNARY, request, { "content-type": type });
        assert.equal(header["content-type"], answered);
        assert.deepEqual(messagesOf(body), [[0, Buffer.from('{"name":"json 5"}')]]);
        assert.equal(trailer["grpc-status"], "0");
      }
      const request = envelope(gzipSync('{"latitude":5}'), 1);
      const fields = {
        "content-type": "application/grpc+json",
        "grpc-encoding": "gzip",
        "grpc-accept-encoding": "gzip",
      };
      const compressed = await ask(UNARY, request, fields);
      const [[flag, message] = []] = messagesOf(compressed.body);
      assert.equal(String(flag === 1 && message !== undefined ? gunzipSync(message) : message), '{"name":"json 5"}');
      assert.equal(compressed.header["grpc-encoding"], "gzip");

      const proto = await ask(UNARY, envelope(Buffer.from([8, 5])), { "content-type": "application/grpc+proto" });
      assert.equal(proto.header["content-type"], "application/grpc+proto");
      assert.equal(messagesOf(proto.body)[0]?.[1].toString("latin1", 2), "proto 5");
    });
  });

  test("that fail do so in the same content type", async () => {
    await withNodeClient({}, addRoutes, async (ask) => {
      const json = { "content-type": "application/grpc+json" };
      const missing = await ask("/no.Such/Method", envelope(Buffer.from("{}")), json);
      assert.equal(missing.header["content-type"], "application/grpc+json");
      assert.equal(missing.header["grpc-status"], "12");
      const broken = await ask(UNARY, envelope(Buffer.from('{"latitude":')), json);
      assert.equal(broken.header["grpc-status"], "13");
      assert.match(String(broken.header["grpc-message"]), /a request is no routeguide\.Point/);
    });
  });

  test("with another subtype are refused as HTTP refuses a type", async () => {
    await withNodeClient({}, addRoutes, async (ask) => {
      for (const type of ["application/grpc+thrift", "application/json", "application/grpc-web"]) {
        const { header } = await ask(UNARY, envelope(Buffer.from("{}")), { "content-type": type });
        assert.equal(header[":status"], 415, type);
      }
    });
  });

  test("are asked for by a name that there is", () => {
    assert.throws(() => createInMemoryChannel(createServer(), { format: "xml" as "json" }), {
      code: "GANNET_INVALID_OPTION",
      message: /format is "proto" or "json", not "xml"/,
    });
  });
});
