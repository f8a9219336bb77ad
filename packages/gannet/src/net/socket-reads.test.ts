import assert from "node:assert/strict";
import { connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { SocketReads } from "./socket-reads.ts";

/** A socket that reads into `reads`, and the other end of it. */
async function open(t: TestContext, reads: SocketReads): Promise<readonly [near: Socket, far: Socket]> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const near = connect({
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    host: "127.0.0.1",
    onread: reads,
  });
  const far = await accepted;
  t.after(() => {
    for (const socket of [near, far]) socket.destroy();
    server.close();
  });
  return [near, far];
}

test("all that comes is heard in its order, in one place and more of it the more comes", async (t) => {
  const reads = new SocketReads();
  const [near, far] = await open(t, reads);
  const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251));
  const received: Buffer[] = [];
  const places = new Set<ArrayBufferLike>();
  const ended = new Promise<void>((resolve) => near.once("end", resolve));
  reads.listen((chunk) => {
    received.push(Buffer.from(chunk));
    places.add(chunk.buffer);
  });
  far.end(sent);
  await ended;
  assert.ok(Buffer.concat(received).equals(sent));
  assert.ok(places.size <= 2, `${places.size} buffers`);
  assert.ok(Math.max(...received.map((piece) => piece.length)) > 16 * 1024);
});

test("what came before somebody listened is not lost, nor what comes behind it", async (t) => {
  const reads = new SocketReads();
  const [near, far] = await open(t, reads);
  assert.equal(reads.callback(5, Buffer.from("early")), false);
  let received = "";
  const ended = new Promise<void>((resolve) => near.once("end", resolve));
  reads.listen((chunk) => {
    received += Buffer.from(chunk).toString();
  });
  near.resume();
  far.end(" late");
  await ended;
  assert.equal(received, "early late");
});

test("a socket that is paused is not read from until it is resumed", async (t) => {
  const reads = new SocketReads();
  const [near, far] = await open(t, reads);
  let received = 0;
  const done = new Promise<void>((resolve) => {
    reads.listen((chunk) => {
      received += chunk.length;
      near.pause();
      setImmediate(() => near.resume());
      if (received === 500_000) resolve();
    });
  });
  far.write(Buffer.alloc(500_000));
  await done;
  assert.equal(received, 500_000);
});
