import assert from "node:assert/strict";
import { test } from "node:test";
import { promisify } from "node:util";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import { type Compressor, createChannel, createClient, createServer, deflate, GrpcError, gzip, insecure } from "gannet";
import { Peer, ReplySchema, RequestSchema } from "../interop/peer/peer_pb.ts";

const UNARY = "/gannet.interop.Peer/Unary";
/** What grpc-js calls its compressions. */
const DEFLATE = 1;
const GZIP = 2;
const text = "to be or not to be ".repeat(500);

/** Counts what a compressor does. */
class Counted implements Compressor {
  readonly name: string;
  readonly #compressor: Compressor;
  compressed = 0;
  decompressed = 0;

  constructor(compressor: Compressor) {
    this.name = compressor.name;
    this.#compressor = compressor;
  }

  compress(bytes: Uint8Array): Uint8Array {
    this.compressed++;
    return this.#compressor.compress(bytes);
  }

  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array {
    this.decompressed++;
    return this.#compressor.decompress(bytes, maxBytes);
  }
}

for (const [name, algorithm] of [
  ["gzip", GZIP],
  ["deflate", DEFLATE],
] as const) {
  test(`a client of grpc-js and a server of gannet compress with ${name} both ways`, async () => {
    const compressor = new Counted(name === "gzip" ? gzip() : deflate());
    const server = createServer({ compress: true, compressors: [compressor] });
    server.addPartial(Peer, { unary: (request) => ({ text: request.text }) });
    const { port } = await server.listen("127.0.0.1:0");
    const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      "grpc.default_compression_algorithm": algorithm,
    });
    const reply = await new Promise<string | undefined>((resolve, reject) => {
      client.makeUnaryRequest(
        UNARY,
        (text: string) => Buffer.from(toBinary(RequestSchema, create(RequestSchema, { text }))),
        (bytes) => fromBinary(ReplySchema, bytes).text,
        text,
        (error, reply) => (error === null ? resolve(reply) : reject(error)),
      );
    });
    client.close();
    await server.shutdown({ graceMs: 0 });
    assert.equal(reply, text);
    assert.deepEqual([compressor.decompressed, compressor.compressed], [1, 1]);
  });

  // Servers of grpc-js do not compress.
  test(`a server of grpc-js takes what a client of gannet compresses with ${name}`, async () => {
    const server = new grpc.Server();
    const seen: string[] = [];
    server.addService(
      {
        unary: {
          path: UNARY,
          requestStream: false,
          responseStream: false,
          requestSerialize: (bytes: Buffer) => bytes,
          requestDeserialize: (bytes) => fromBinary(RequestSchema, bytes).text,
          responseSerialize: (text: string) => Buffer.from(toBinary(ReplySchema, create(ReplySchema, { text }))),
          responseDeserialize: (bytes) => bytes,
        },
      },
      {
        unary(call: grpc.ServerUnaryCall<string, string>, answer: grpc.sendUnaryData<string>) {
          seen.push(call.request);
          answer(null, call.request);
        },
      },
    );
    const bind = promisify(server.bindAsync.bind(server));
    const port = await bind("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
    const compressor = new Counted(name === "gzip" ? gzip() : deflate());
    const channel = createChannel(`127.0.0.1:${port}`, { credentials: insecure(), compressors: [compressor] });
    const client = createClient(Peer, channel);
    assert.equal((await client.unary({ text }, { compress: true })).text, text);
    assert.equal((await client.unary({ text })).text, text);
    await channel.close();
    server.forceShutdown();
    assert.deepEqual(seen, [text, text]);
    assert.equal(compressor.compressed, 1);
  });
}

test("a server of grpc-js says what it does not know", async () => {
  const server = new grpc.Server();
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
  const unknown: Compressor = { ...gzip(), name: "unheard-of" };
  const channel = createChannel(`127.0.0.1:${port}`, { credentials: insecure(), compressors: [unknown] });
  const client = createClient(Peer, channel);
  await assert.rejects(
    async () => await client.unary({ text }, { compress: true }),
    (error) => GrpcError.is(error, "UNIMPLEMENTED"),
  );
  await channel.close();
  server.forceShutdown();
});
