import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deflateSync, gzipSync } from "node:zlib";
import { collect, fails } from "../client/testdata/call-outcomes.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { type Compressor, GrpcError } from "../core/index.ts";
import { gzip } from "../node/index.ts";
import type { createServer } from "./grpc-server.ts";
import type { Handlers } from "./handlers.ts";
import { CountingGzip } from "./testdata/compressed-calls.ts";
import { type Ask, envelope, withNodeClient } from "./testdata/node-client.ts";
import { withClient } from "./testdata/with-client.ts";

const UNARY = "/routeguide.RouteGuide/GetFeature";

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
      fails(client.getFeature({}), "INTERNAL", /cannot be decompressed with gzip/),
    );
    await withClient(compressed, { channel: { maxReceiveBytes: 10_000 } }, (client) =>
      fails(client.getFeature({}), "RESOURCE_EXHAUSTED", /10000 bytes/),
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
      fails(client.getFeature({}), "UNKNOWN", /the handler failed/),
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
      (client) => fails(client.recordRoute([{ latitude: -1 }]), "INTERNAL", /no gzip at all/),
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
