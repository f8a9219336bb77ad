import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { ChannelOptions } from "../channel/index.ts";
import { type Client, createClient } from "../client/index.ts";
import { RouteGuide, type RouteNote, RouteNoteSchema } from "../client/testdata/route_guide_pb.ts";
import { type Code, type Compressor, GrpcError, type ServerCall } from "../core/index.ts";
import { deflate, gzip } from "../node/index.ts";
import { createInMemoryChannel } from "../testing/index.ts";
import type { Handlers } from "./handlers.ts";
import { createServer } from "./server.ts";
import type { ServerOptions } from "./server-options.ts";
import { type Ask, envelope, messagesOf, withNodeClient } from "./testdata/node-client.ts";

const UNARY = "/routeguide.RouteGuide/GetFeature";
const CHAT = "/routeguide.RouteGuide/RouteChat";
const long = "x".repeat(5000);

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

/** Called gzip, and shorter than whatever it is given. */
class Shorter implements Compressor {
  readonly name = "gzip";

  compress(): Uint8Array {
    return Uint8Array.of(1);
  }

  decompress(bytes: Uint8Array): Uint8Array {
    return bytes;
  }
}

async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of iterable) all.push(one);
  return all;
}

/** Counts what goes through gzip. */
class CountingGzip implements Compressor {
  readonly name = "gzip";
  readonly #gzip = gzip();
  compressed = 0;
  decompressed = 0;

  compress(bytes: Uint8Array): Uint8Array {
    this.compressed++;
    return this.#gzip.compress(bytes);
  }

  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array {
    this.decompressed++;
    return this.#gzip.decompress(bytes, maxBytes);
  }
}

async function withClient(
  handlers: Partial<Handlers<typeof RouteGuide>>,
  options: { readonly server?: ServerOptions; readonly channel?: ChannelOptions },
  use: (client: Client<typeof RouteGuide>) => Promise<void>,
): Promise<void> {
  const server = createServer(options.server).addPartial(RouteGuide, handlers);
  const channel = createInMemoryChannel(server, options.channel);
  await use(createClient(RouteGuide, channel));
  await channel.close();
  await server.shutdown({ graceMs: 0 });
}

async function failsWith(call: PromiseLike<unknown>, code: Code, said: RegExp): Promise<void> {
  await assert.rejects(
    async () => await call,
    (error) => GrpcError.is(error) && error.code === code && said.test(error.reason),
  );
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
        await failsWith(client.getFeature({}), "UNIMPLEMENTED", /"deflate"; it knows identity,gzip/);
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

describe("what is wrong with a compression", () => {
  const status = async (ask: Ask, body: Uint8Array, encoding?: string): Promise<unknown[]> => {
    const fields = encoding === undefined ? {} : { "grpc-encoding": encoding };
    const { header, trailer } = await ask(UNARY, body, fields);
    const code = header["grpc-status"] ?? trailer["grpc-status"];
    return [Number(code), String(header["grpc-message"] ?? trailer["grpc-message"] ?? "")];
  };
  const point = Buffer.from([0x08, 0x05]);

  test("costs the call that has it, with the status that gRPC gives it", async () => {
    const seen: boolean[] = [];
    const add = (server: ReturnType<typeof createServer>) => {
      server.addPartial(RouteGuide, {
        getFeature(request, call) {
          seen.push(call.wasCompressed(request));
          return { name: `${request.latitude}` };
        },
      });
    };
    await withNodeClient({ maxReceiveBytes: 1000, compressors: [gzip()] }, add, async (ask) => {
      assert.deepEqual(await status(ask, envelope(gzipSync(point), 1), "gzip"), [0, ""]);
      assert.deepEqual(await status(ask, envelope(point), "gzip"), [0, ""]);
      assert.deepEqual(seen, [true, false]);

      const [unknown, saidUnknown] = await status(ask, envelope(deflateSync(point), 1), "deflate");
      assert.equal(unknown, 12);
      assert.match(String(saidUnknown), /does not know the compression "deflate"; it knows identity,gzip/);
      const { header } = await ask(UNARY, envelope(point), { "grpc-encoding": "deflate" });
      assert.equal(header["grpc-accept-encoding"], "identity,gzip");

      const [unnamed] = await status(ask, envelope(gzipSync(point), 1));
      assert.equal(unnamed, 13);
      const [identity] = await status(ask, envelope(gzipSync(point), 1), "identity");
      assert.equal(identity, 13);
      const [broken, saidBroken] = await status(ask, envelope(point, 1), "gzip");
      assert.equal(broken, 13);
      assert.match(String(saidBroken), /cannot be decompressed with gzip/);
      const [bomb, saidBomb] = await status(ask, envelope(gzipSync(new Uint8Array(500_000)), 1), "gzip");
      assert.equal(bomb, 8);
      assert.match(String(saidBomb), /1000 bytes/);
      assert.equal(seen.length, 2);
    });
  });

  const compressed: Partial<Handlers<typeof RouteGuide>> = {
    getFeature(_, call) {
      call.compress = true;
      return { name: "x".repeat(100_000) };
    },
  };

  test("fails the call at a client that cannot read the reply, or may not", async () => {
    const wrong = new CountingGzip();
    wrong.compress = () => Uint8Array.of(1);
    await withClient(compressed, { server: { compressors: [wrong] } }, (client) =>
      failsWith(client.getFeature({}), "INTERNAL", /cannot be decompressed with gzip/),
    );
    await withClient(compressed, { channel: { maxReceiveBytes: 10_000 } }, (client) =>
      failsWith(client.getFeature({}), "RESOURCE_EXHAUSTED", /10000 bytes/),
    );
  });

  test("in a compressor of the server's own costs the call, not the process", async () => {
    const unexpected: unknown[] = [];
    const broken = new CountingGzip();
    broken.compress = () => {
      throw new Error("out of order");
    };
    const options = { compressors: [broken], onUnexpectedError: (error: unknown) => unexpected.push(error) };
    await withClient(compressed, { server: options }, (client) =>
      failsWith(client.getFeature({}), "UNKNOWN", /the handler failed/),
    );
    assert.match(String(unexpected[0]), /out of order/);
  });
});

describe("what comes compressed and is not wanted yet", () => {
  test("is not taken apart on the server before the handler asks for it", async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const there = new CountingGzip();
    const seen: [bytes: number, wasCompressed: boolean][] = [];
    await withClient(
      {
        async recordRoute() {
          return {};
        },
        async *routeChat(notes, call) {
          yield { message: "ready" };
          await gate;
          for await (const note of notes) seen.push([note.message.length, call.wasCompressed(note)]);
        },
      },
      { server: { compressors: [there] }, channel: { compress: true } },
      async (client) => {
        const chat = client.routeChat();
        for (let index = 0; index < 20; index++) await chat.send({ message: "x".repeat(1_000_000 + index) });
        chat.end();
        // The messages are there before the reply is.
        assert.equal((await chat.next()).value?.message, "ready");
        await client.recordRoute([]);
        assert.equal(there.decompressed, 0);
        open();
        assert.equal((await chat.next()).done, true);
        assert.equal(there.decompressed, 20);
        assert.deepEqual(
          seen,
          Array.from({ length: 20 }, (_, index) => [1_000_000 + index, true]),
        );
      },
    );
  });

  test("fails the call once the handler gets to it, where it cannot be taken apart", async () => {
    let thrown: unknown;
    const there = new CountingGzip();
    there.decompress = () => {
      throw new Error("no gzip at all");
    };
    await withClient(
      {
        async recordRoute(points) {
          await new Promise((resolve) => setImmediate(resolve));
          try {
            for await (const _ of points);
          } catch (error) {
            thrown = error;
            throw error;
          }
          return {};
        },
      },
      {
        server: { compressors: [there] },
        channel: { compress: true, minCompressBytes: 0, compressors: [new Shorter()] },
      },
      (client) => failsWith(client.recordRoute([{ latitude: -1 }]), "INTERNAL", /no gzip at all/),
    );
    assert.ok(GrpcError.is(thrown, "INTERNAL"));
  });

  test("is not taken apart at a client before its caller asks for it", async () => {
    const here = new CountingGzip();
    await withClient(
      {
        async *listFeatures() {
          for (let index = 0; index < 100; index++) yield { name: "x".repeat(100_000) };
        },
      },
      { server: { compress: true }, channel: { compressors: [here] } },
      async (client) => {
        const features = client.listFeatures({});
        await features.next();
        for (let index = 0; index < 5; index++) await new Promise((resolve) => setImmediate(resolve));
        assert.ok(here.decompressed < 50, `${here.decompressed} were taken apart`);
        assert.equal((await collect(features)).length, 99);
        assert.equal(here.decompressed, 100);
      },
    );
  });
});
