/** A server of grpc-js that ends its connections all the time, as it does behind `max_connection_age`, and loses no call. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { createChannel, createClient, rawService } from "gannet";

const identity = (bytes: Buffer) => bytes;
const ECHO = {
  path: "/test.Echo/Say",
  requestStream: false,
  responseStream: false,
  requestSerialize: identity,
  requestDeserialize: identity,
  responseSerialize: identity,
  responseDeserialize: identity,
} as const;
const Echo = rawService("test.Echo", { Say: "unary" });
/** How many connections the server is to end before the test is over. */
const ENDED = 8;

test("a server of grpc-js that ends one connection after the other loses no call", async () => {
  const server = new grpc.Server({ "grpc.max_connection_age_ms": 100, "grpc.max_connection_age_grace_ms": 5000 });
  server.addService(
    { say: ECHO },
    {
      say(call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) {
        // Some calls are under way whenever a connection ends.
        setTimeout(() => done(null, call.request), 5);
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  let ended = 0;
  const channel = createChannel(`http://127.0.0.1:${port}`, {
    onEvent({ name }) {
      if (name === "connection-closed") ended++;
    },
  });
  const echo = createClient(Echo, channel);
  let calls = 0;
  const caller = async (): Promise<void> => {
    for (let call = 0; ended < ENDED; call++) {
      const request = Buffer.from(`call ${call}`);
      const reply = await echo.say(request, { timeoutMs: 30_000 });
      assert.deepEqual(Buffer.from(reply), request);
      calls++;
    }
  };
  await Promise.all(Array.from({ length: 20 }, caller));
  assert.equal(channel.stats().calls.failed, 0);
  assert.equal(channel.stats().calls.succeeded, calls);
  await channel.close();
  server.forceShutdown();
});
