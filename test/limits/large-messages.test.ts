import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { createChannel, createClient, createServer, rawService } from "gannet";

const CALLS = 100;
const REQUEST = Buffer.alloc(4 * 1024 * 1024 - 64);
const Store = rawService("example.Store", { Put: "unary" });

/** A server that says how long each request was, until the test is over. Returns its address. */
async function listen(context: TestContext): Promise<string> {
  const server = createServer();
  server.add(Store, {
    async put(request) {
      return Buffer.from(String(request.length));
    },
  });
  const { address } = await server.listen("127.0.0.1:0");
  context.after(() => server.shutdown({ graceMs: 0 }));
  return address;
}

test("a hundred requests of the largest size at a time, on one connection, all get there", async (context) => {
  const address = await listen(context);
  const channel = createChannel(`http://${address}`);
  context.after(() => channel.close());
  const store = createClient(Store, channel);
  const replies = await Promise.all(Array.from({ length: CALLS }, () => store.put(REQUEST)));
  const lengths = new Set(replies.map((reply) => Buffer.from(reply).toString()));
  assert.deepEqual([...lengths], [String(REQUEST.length)]);
});

test("those of grpc-js too", async (context) => {
  const address = await listen(context);
  const client = new grpc.Client(address, grpc.credentials.createInsecure());
  context.after(() => client.close());
  const put = () =>
    new Promise<string>((resolve) => {
      const path = "/example.Store/Put";
      const same = (bytes: Buffer) => bytes;
      client.makeUnaryRequest(path, same, same, REQUEST, (error, reply) => resolve(error?.message ?? String(reply)));
    });
  const outcomes = new Set(await Promise.all(Array.from({ length: CALLS }, put)));
  assert.deepEqual([...outcomes], [String(REQUEST.length)]);
});
