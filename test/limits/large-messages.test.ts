import assert from "node:assert/strict";
import { test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { createChannel, createClient, createServer, rawService } from "gannet";

const CALLS = 100;
const REQUEST = Buffer.alloc(4 * 1024 * 1024 - 64);
const Store = rawService("example.Store", { Put: "unary" });

/** A server that says how long each request was. */
async function listen(): Promise<{ readonly address: string; shutdown(): Promise<void> }> {
  const server = createServer();
  server.add(Store, {
    async put(request) {
      return Buffer.from(String(request.length));
    },
  });
  const { address } = await server.listen("127.0.0.1:0");
  return { address, shutdown: () => server.shutdown({ graceMs: 0 }) };
}

test("a hundred requests of the largest size at a time, on one connection, all get there", async () => {
  const { address, shutdown } = await listen();
  const channel = createChannel(`http://${address}`);
  const store = createClient(Store, channel);
  const replies = await Promise.all(Array.from({ length: CALLS }, () => store.put(REQUEST)));
  const lengths = new Set(replies.map((reply) => Buffer.from(reply).toString()));
  assert.deepEqual([...lengths], [String(REQUEST.length)]);
  await channel.close();
  await shutdown();
});

test("those of grpc-js too", async () => {
  const { address, shutdown } = await listen();
  const client = new grpc.Client(address, grpc.credentials.createInsecure());
  const put = () =>
    new Promise<string>((resolve) => {
      const path = "/example.Store/Put";
      const same = (bytes: Buffer) => bytes;
      client.makeUnaryRequest(path, same, same, REQUEST, (error, reply) => resolve(error?.message ?? String(reply)));
    });
  const outcomes = new Set(await Promise.all(Array.from({ length: CALLS }, put)));
  assert.deepEqual([...outcomes], [String(REQUEST.length)]);
  client.close();
  await shutdown();
});
