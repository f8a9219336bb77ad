import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { createChannel, insecure } from "../channel/index.ts";
import { callRaw, createClient } from "../client/index.ts";
import { collect, fails } from "../client/testdata/call-outcomes.ts";
import { FeatureSchema, PointSchema, RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { rawService } from "../codec/index.ts";
import { GrpcError, type ServerCall } from "../core/index.ts";
import { createInMemoryChannel } from "../testing/index.ts";
import { createServer } from "./grpc-server.ts";
import type { Server } from "./server.ts";
import { envelope, messagesOf, withNodeClient } from "./testdata/node-client.ts";

const Bytes = rawService("test.Bytes", {
  Unary: "unary",
  Download: "server_streaming",
  Upload: "client_streaming",
  Chat: "bidi_streaming",
  ToString: "unary",
});

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe("methods whose messages are bytes", () => {
  function addBytes(server: Server, kept: Uint8Array[] = []): Server {
    return server.add(Bytes, {
      unary(request) {
        kept.push(request);
        return request;
      },
      async *download(request) {
        for (const byte of request) yield bytes(byte);
      },
      async upload(requests) {
        for await (const request of requests) kept.push(request);
        return bytes(kept.length);
      },
      async *chat(requests) {
        for await (const request of requests) yield request;
      },
      toString$: () => bytes(),
    });
  }

  test("go both ways without a descriptor, in all kinds of calls", async () => {
    const server = addBytes(createServer());
    const channel = createInMemoryChannel(server);
    const client = createClient(Bytes, channel);
    assert.deepEqual(await client.unary(bytes(1, 2)), bytes(1, 2));
    assert.equal((await client.unary(bytes())).length, 0);
    assert.deepEqual(await collect(client.download(bytes(7, 8))), [bytes(7), bytes(8)]);
    assert.deepEqual(await client.upload([bytes(1), bytes(2)]), bytes(4));
    assert.deepEqual(await collect(client.chat([bytes(1), bytes(2, 3)])), [bytes(1), bytes(2, 3)]);
    assert.deepEqual(await client.toString$(bytes(1)), bytes());
    const chat = client.chat();
    await chat.send(bytes(9));
    assert.deepEqual((await chat.next()).value, bytes(9));
    chat.end();
    assert.equal((await chat.next()).done, true);
    await channel.close();
    await server.shutdown();
  });

  test("keep what they were given, whatever is read behind it", async () => {
    const kept: Uint8Array[] = [];
    const server = addBytes(createServer(), kept);
    const { port } = await server.listen("127.0.0.1:0");
    const channel = createChannel(`127.0.0.1:${port}`, { credentials: insecure() });
    const client = createClient(Bytes, channel);
    const requests = Array.from({ length: 200 }, (_, index) => new Uint8Array(1000).fill(index));
    const replies = await Promise.all(requests.map((request) => client.unary(request)));
    assert.deepEqual(replies, requests);
    assert.deepEqual(kept, requests);
    assert.ok([...replies, ...kept].every((one) => one.buffer.byteLength === 1000));
    await channel.close();
    await server.shutdown();
  });

  test("take and give bytes only", async () => {
    const server = createServer().addPartial(Bytes, { unary: () => ({}) as Uint8Array });
    const channel = createInMemoryChannel(server);
    const client = createClient(Bytes, channel);
    // @ts-expect-error a message is no bytes
    await fails(client.unary({}), "INTERNAL", /expected bytes \(a Uint8Array\).* got object/);
    // @ts-expect-error nor is text
    await fails(client.unary("x"), "INTERNAL", /got string/);
    await fails(client.unary(bytes(1)), "UNKNOWN", /the handler failed/);
    // @ts-expect-error bytes are one message, not several
    assert.throws(() => client.chat(bytes(1, 2)), /takes an iterable of requests/);
    // @ts-expect-error there is no such method
    assert.equal(client.missing, undefined);
    await channel.close();
    await server.shutdown();
  });

  test("talk to those of a descriptor, whose format they carry as it is", async () => {
    const server = createServer({ compress: true, minCompressBytes: 0 });
    server.addPartial(RouteGuide, { getFeature: ({ latitude }) => ({ name: `at ${latitude}` }) });
    const Raw = rawService("routeguide.RouteGuide", { GetFeature: "unary" });
    const proto = createInMemoryChannel(server);
    const request = toBinary(PointSchema, create(PointSchema, { latitude: 5 }));
    const reply = await createClient(Raw, proto).getFeature(request);
    assert.equal(fromBinary(FeatureSchema, reply).name, "at 5");
    const json = createInMemoryChannel(server, { format: "json", compress: true });
    const text = await createClient(Raw, json).getFeature(Buffer.from('{"latitude":6}'));
    assert.equal(Buffer.from(text).toString(), '{"name":"at 6"}');
    await proto.close();
    await json.close();
    await server.shutdown();
  });

  test("pass interceptors, which see the bytes", async () => {
    const seen: object[] = [];
    const server = addBytes(createServer());
    const channel = createInMemoryChannel(server, {
      interceptors: [
        (call, next) => {
          call.onRequest((message) => void seen.push(message));
          call.onResponse(() => bytes(42));
          return next();
        },
      ],
    });
    assert.deepEqual(await createClient(Bytes, channel).unary(bytes(1)), bytes(42));
    assert.deepEqual(await collect(callRaw(channel, "/test.Bytes/Unary", [bytes(2)])), [bytes(42)]);
    assert.deepEqual(seen, [bytes(1), bytes(2)]);
    await channel.close();
    await server.shutdown();
  });

  test("have names that can stand in a path", () => {
    assert.throws(() => rawService("", {}), /a service has a name/);
    assert.throws(() => rawService("a.B", { "x/y": "unary" }), /"x\/y" is no name of a method/);
  });
});

describe("a call by its path alone", () => {
  test("is made with any number of requests, and gives any number of replies", async () => {
    const server = createServer();
    server.addPartial(RouteGuide, {
      getFeature: ({ latitude }) => ({ name: `${latitude}` }),
      async *listFeatures() {
        yield { name: "a" };
        yield { name: "b" };
      },
    });
    const channel = createInMemoryChannel(server);
    const names = async (method: string, ...requests: Uint8Array[]) => {
      const replies = await collect(callRaw(channel, `/routeguide.RouteGuide/${method}`, requests));
      return replies.map((reply) => fromBinary(FeatureSchema, reply).name);
    };
    assert.deepEqual(await names("GetFeature", bytes(8, 3)), ["3"]);
    assert.deepEqual(await names("ListFeatures", bytes()), ["a", "b"]);
    await fails(names("GetFeature"), "UNIMPLEMENTED", /there is no request/);
    await fails(names("GetFeature", bytes(), bytes()), "UNIMPLEMENTED", /more than one request/);
    await fails(names("Missing", bytes()), "UNIMPLEMENTED", /no method Missing/);
    for (const path of [
      "",
      "x",
      "/",
      "//",
      "/x",
      "/x/",
      "//x",
      "/a.B/C\r\nx: y",
      "/größe.S/M",
      "/a.B/C d",
      undefined,
    ]) {
      assert.throws(() => callRaw(channel, path as string, []), { code: "GANNET_INVALID_ARGUMENT" }, path);
    }
    await channel.close();
    await server.shutdown();
  });
});

describe("methods that no service has", () => {
  const echo = async function* (requests: AsyncIterable<Uint8Array>, call: ServerCall) {
    call.header.set("path", call.path);
    call.trailer.set("method", `${call.method.parent.typeName} ${call.method.name} ${call.format}`);
    for await (const request of requests) yield request;
  };

  test("are answered by the handler for them, in any number of messages and either format", async () => {
    const add = (server: Server) =>
      void server.addPartial(RouteGuide, { getFeature: () => ({ name: "known" }) }).addUnknown(echo);
    await withNodeClient({}, add, async (ask) => {
      const body = Buffer.concat([envelope(bytes(1, 2)), envelope(bytes()), envelope(bytes(3))]);
      const unknown = await ask("/any.Thing/At.All", body);
      assert.deepEqual(unknown.body, body);
      assert.equal(unknown.header["path"], "/any.Thing/At.All");
      assert.equal(unknown.trailer["method"], "any.Thing At.All proto");
      assert.equal(unknown.trailer["grpc-status"], "0");

      const json = await ask("/any.Thing/X", envelope(Buffer.from("{}")), { "content-type": "application/grpc+json" });
      assert.equal(json.header["content-type"], "application/grpc+json");
      assert.equal(json.trailer["method"], "any.Thing X json");

      const partial = await ask("/routeguide.RouteGuide/ListFeatures", body);
      assert.deepEqual(partial.body, body);
      const known = await ask("/routeguide.RouteGuide/GetFeature", envelope(bytes()));
      assert.equal(messagesOf(known.body)[0]?.[1].toString("latin1", 2), "known");
    });
  });

  test("are UNIMPLEMENTED all the same where the path names none", async () => {
    let calls = 0;
    const count = () => {
      calls++;
      return [];
    };
    await withNodeClient(
      {},
      (server) => void server.addUnknown(count),
      async (ask) => {
        for (const path of ["any.Thing/X", "/any.Thing", "/", "//X", "/any.Thing/", "*"]) {
          const { header } = await ask(path, envelope(bytes()));
          assert.equal(header["grpc-status"], "12", path);
        }
      },
    );
    assert.equal(calls, 0);
  });

  test("run behind all interceptors of the server, and their own", async () => {
    const seen: string[] = [];
    const server = createServer({
      interceptors: [
        async (call, next) => {
          seen.push(`server ${call.method.name}`);
          if (call.method.name === "Secret") throw new GrpcError("PERMISSION_DENIED", "not for you");
          await next();
        },
      ],
    });
    server.addUnknown(echo, {
      interceptors: [
        (call, next) => {
          seen.push(`unknown ${call.method.name}`);
          return next();
        },
      ],
    });
    const channel = createInMemoryChannel(server);
    assert.deepEqual(await collect(callRaw(channel, "/a.B/Open", [bytes(1)])), [bytes(1)]);
    await fails(collect(callRaw(channel, "/a.B/Secret", [bytes(1)])), "PERMISSION_DENIED", /not for you/);
    assert.deepEqual(seen, ["server Open", "unknown Open", "server Secret"]);
    await channel.close();
    await server.shutdown();
  });

  test("have one handler, which is a function", () => {
    assert.throws(() => createServer().addUnknown({} as typeof echo), { code: "GANNET_HANDLER_MISSING" });
    assert.throws(() => createServer().addUnknown(echo).addUnknown(echo), { code: "GANNET_SERVICE_TWICE" });
    assert.throws(() => createServer().addUnknown(echo, { limitd: true } as object), { code: "GANNET_UNKNOWN_OPTION" });
  });
});
