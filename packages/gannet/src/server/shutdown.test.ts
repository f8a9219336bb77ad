/** Shutdown over sockets settles, whatever clients and handlers do. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createChannel, insecure } from "../channel/index.ts";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { GrpcError } from "../core/index.ts";
import { createMemoryPipes } from "../net/index.ts";
import { createCertificate, frames, Http2Peer, VirtualClock } from "../testing/index.ts";
import { GrpcServer } from "./grpc-server.ts";

const never = (): Promise<never> => new Promise(() => {});

/** A server whose unary calls hang, and whose streams never end. */
function createBusyServer(clock: VirtualClock, onCall: () => void = () => {}): GrpcServer {
  return new GrpcServer({}, clock).addPartial(RouteGuide, {
    getFeature() {
      onCall();
      return never();
    },
    *listFeatures() {
      onCall();
      for (;;) yield { name: "x".repeat(50_000) };
    },
  });
}

function request(id: number, method: string): Buffer {
  const fields = frames.requestFields(`/routeguide.RouteGuide/${method}`);
  return Buffer.concat([frames.headers(id, fields), frames.message(id, Buffer.alloc(0), frames.END_STREAM)]);
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** Resolves once the server has run so many handlers. */
function waitForCalls(count: number): { readonly called: Promise<void>; onCall(): void } {
  let left = count;
  let resolve: () => void = () => {};
  const called = new Promise<void>((done) => {
    resolve = done;
  });
  return { called, onCall: () => void (--left === 0 && resolve()) };
}

describe("shutdown settles", () => {
  test("at once where it may not wait, although a client that was turned away does not leave", async () => {
    const clock = new VirtualClock();
    const server = new GrpcServer({ maxConnections: 1 }, clock);
    // It does not answer to GOAWAY and its ping.
    await Http2Peer.connect(server).greet();
    let isDestroyed = false;
    const [turnedAway] = createMemoryPipes();
    turnedAway.end = () => {};
    turnedAway.destroy = () => {
      isDestroyed = true;
    };
    server.serve(turnedAway);
    const down = server.shutdown({ graceMs: 0 });
    assert.ok(!isDestroyed);
    await clock.advance(0);
    await down;
    assert.ok(isDestroyed);
  });

  test("with a client that reads nothing of a stream without end", async () => {
    const clock = new VirtualClock();
    const { called, onCall } = waitForCalls(1);
    const server = createBusyServer(clock, onCall);
    const { port } = await server.listen("127.0.0.1:0");
    const socket = await dial(port);
    socket.pause();
    // Windows that never fill: it is the socket that is full.
    const windows = [frames.settings([4, 0x7fffffff]), frames.windowUpdate(0, 0x7fff0000)];
    socket.write(Buffer.concat([frames.PREFACE, ...windows, frames.settingsAck, request(1, "ListFeatures")]));
    await called;
    const down = server.shutdown({ graceMs: 1000 });
    await clock.advance(2_100);
    await down;
    socket.destroy();
  });

  test("with clients that say nothing, half a preface, half a request, or half a goodbye", async () => {
    const clock = new VirtualClock();
    const { called, onCall } = waitForCalls(1);
    const server = createBusyServer(clock, onCall);
    const { cert, key } = createCertificate();
    const plain = await server.listen("127.0.0.1:0");
    const encrypted = await server.listen("127.0.0.1:0", { tls: { cert, key } });
    const scripts = [
      Buffer.alloc(0),
      frames.PREFACE.subarray(0, 10),
      frames.PREFACE,
      Buffer.concat([frames.PREFACE, frames.settings(), frames.settingsAck, request(1, "GetFeature").subarray(0, 30)]),
    ];
    const sockets: Socket[] = [];
    for (const { port } of [plain, encrypted])
      for (const script of scripts) {
        const socket = await dial(port);
        socket.write(script);
        sockets.push(socket);
      }
    const half = connect({ port: plain.port, host: "127.0.0.1", allowHalfOpen: true });
    half.on("error", () => {});
    half.write(Buffer.concat([frames.PREFACE, frames.settings(), frames.settingsAck, request(1, "GetFeature")]));
    await called;
    half.end();
    const down = server.shutdown({ graceMs: 500 });
    await clock.advance(1_600);
    await down;
    assert.equal(server.stats().connections.open, 0);
    for (const socket of [...sockets, half]) socket.destroy();
  });

  test("with handlers that hang, on several listeners, each client being told why", async () => {
    const clock = new VirtualClock();
    const { called, onCall } = waitForCalls(4);
    const server = createBusyServer(clock, onCall);
    const path = join(tmpdir(), `gannet-shutdown-${process.pid}.sock`);
    const addresses = [await server.listen("127.0.0.1:0"), await server.listen(`unix:${path}`)];
    const channels = addresses.map(({ address }) => createChannel(withScheme(address), { credentials: insecure() }));
    const calls = channels.flatMap((channel) => {
      const client = createClient(RouteGuide, channel);
      return [client.getFeature({}).response, client.getFeature({}).response];
    });
    const failures = Promise.all(
      calls.map((call) =>
        call.then(
          () => assert.fail(),
          (error: unknown) => error,
        ),
      ),
    );
    await called;
    const down = server.shutdown({ graceMs: 3_600_000 });
    await clock.advance(3_599_000);
    assert.equal(server.stats().calls.running, 4);
    await clock.advance(1_000);
    for (const error of await failures) {
      assert.ok(GrpcError.is(error, "UNAVAILABLE"));
      assert.match(error.reason, /the server shuts down/);
    }
    await Promise.all([down, ...channels.map((channel) => channel.close())]);
  });

  test("before it listens, which is then refused, and while it is about to", async () => {
    const early = new GrpcServer({}, new VirtualClock());
    await early.shutdown();
    await assert.rejects(early.listen("127.0.0.1:0"), { code: "GANNET_SHUT_DOWN" });

    const server = new GrpcServer({}, new VirtualClock());
    const listening = server.listen("127.0.0.1:0");
    await server.shutdown();
    await assert.rejects(listening, { code: "GANNET_SHUT_DOWN" });
    assert.deepEqual(server.listeners(), []);
  });

  test("at the earliest of all graces, whichever was asked for first", async () => {
    for (const graces of [
      [1_000, 60_000, undefined],
      [undefined, 60_000, 1_000],
    ]) {
      const clock = new VirtualClock();
      const { called, onCall } = waitForCalls(1);
      const server = createBusyServer(clock, onCall);
      const { port } = await server.listen("127.0.0.1:0");
      const channel = createChannel(`http://127.0.0.1:${port}`);
      const call = createClient(RouteGuide, channel).getFeature({}).response;
      call.catch(() => {});
      await called;
      const downs = graces.map((graceMs) => server.shutdown({ graceMs }));
      await clock.advance(900);
      assert.equal(server.stats().calls.running, 1);
      await clock.advance(100);
      await Promise.all(downs);
      await server.shutdown({ graceMs: 0 });
      await channel.close();
    }
  });

  test("and refuses a grace that is none", () => {
    const server = new GrpcServer({}, new VirtualClock());
    assert.throws(() => server.shutdown({ graceMs: -1 }), /graceMs is a number, 0 or more, not -1/);
    assert.throws(() => server.shutdown({ graceMs: Number.NaN }), { code: "GANNET_INVALID_OPTION" });
  });
});

describe("while a server drains", () => {
  test("a connection that is served all the same is closed, and calls on the way are answered", async () => {
    const clock = new VirtualClock();
    const { called, onCall } = waitForCalls(2);
    const server = createBusyServer(clock, onCall);
    const { port } = await server.listen("127.0.0.1:0");
    const socket = await dial(port);
    socket.resume();
    socket.write(Buffer.concat([frames.PREFACE, frames.settings(), frames.settingsAck, request(1, "GetFeature")]));
    await new Promise((resolve) => socket.once("data", resolve));
    const down = server.shutdown({ graceMs: 60_000 });
    // Its client does not know of the GOAWAY yet, and does not answer the ping.
    socket.write(request(3, "GetFeature"));
    await called;
    await clock.advance(5_100);
    socket.write(request(5, "GetFeature"));
    await clock.advance(54_900);
    await down;
    assert.equal(server.stats().calls.started, 2, "the third came behind the last GOAWAY");
    socket.destroy();
  });
});

function withScheme(address: string): string {
  return address.startsWith("unix:") ? address : `http://${address}`;
}

test("any number may listen to shutdownSignal, without a warning of Node's", async () => {
  const server = new GrpcServer({}, new VirtualClock());
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  let heard = 0;
  for (let count = 0; count < 100; count++) server.shutdownSignal.addEventListener("abort", () => heard++);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", onWarning);
  assert.deepEqual(warnings, []);
  await server.shutdown();
  assert.equal(heard, 100);
});
