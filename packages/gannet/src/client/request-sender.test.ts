import assert from "node:assert/strict";
import { test } from "node:test";
import { GrpcError } from "../core/index.ts";
import { createClient } from "./create-client.ts";
import { RouteGuide } from "./testdata/route_guide_pb.ts";
import { ScriptedTransport } from "./testdata/scripted-transport.ts";
import { unhandledRejections } from "./testdata/unhandled-rejections.ts";

const summary = { $typeName: "routeguide.RouteSummary", pointCount: 2 };

function record() {
  const transport = new ScriptedTransport();
  const call = createClient(RouteGuide, transport).recordRoute();
  return { call, server: transport.call };
}

function chat() {
  const transport = new ScriptedTransport();
  const call = createClient(RouteGuide, transport).routeChat();
  return { call, server: transport.call };
}

/** What a promise has come to by the next turn of the event loop. */
async function state(promise: Promise<unknown>): Promise<unknown> {
  const settled = promise.then(
    (value) => value,
    () => "rejected",
  );
  const turn = new Promise((resolve) => setImmediate(resolve, "waiting"));
  return Promise.race([settled, turn]);
}

test("requests are sent by hand, the end is said once, and the result is the reply", async () => {
  const { call, server } = record();
  assert.equal(await call.send({ latitude: 1 }), true);
  assert.equal(await call.send({ latitude: 2 }), true);
  assert.equal(server.isSendEnded, false);
  call.end();
  call.end();
  assert.equal(server.isSendEnded, true);
  assert.deepEqual(server.sent, [{ latitude: 1 }, { latitude: 2 }]);
  server.header({ place: "a" }).reply(summary).end(undefined, { "served-by": "b" });
  assert.equal(await call.result(), summary);
  const { message, header, trailer } = await call.response;
  assert.deepEqual([message, header.get("place"), trailer.get("served-by")], [summary, "a", "b"]);
});

test("a call with requests by hand can be returned from an async function before there is a reply", async () => {
  const { call } = record();
  assert.equal("then" in call, false);
  assert.equal(await (async () => call)(), call);
  const { call: other } = chat();
  assert.equal(await (async () => other)(), other);
});

test("an awaited send waits while the wire is full", async () => {
  const { call, server } = record();
  server.hasRoom = false;
  const first = call.send({ latitude: 1 });
  const second = call.send({ latitude: 2 });
  assert.equal(server.sent.length, 2);
  assert.equal(await state(first), "waiting");
  assert.equal(await state(second), "waiting");
  server.drain();
  assert.equal(await first, true);
  assert.equal(await second, true);
  assert.equal(await state(call.send({ latitude: 3 })), true);
});

test("send is false once the call has ended, also for those that wait", async () => {
  for (const error of [undefined, new GrpcError("UNAVAILABLE", "connection lost")]) {
    const { call, server } = record();
    server.hasRoom = false;
    const waiting = call.send({ latitude: 1 });
    server.reply(summary).end(error);
    assert.equal(await waiting, false);
    assert.equal(await call.send({ latitude: 2 }), false);
    assert.equal(server.sent.length, 1);
    call.end();
    assert.equal(server.isSendEnded, false);
  }
});

test("send is false where the call ends over it", async () => {
  const { call, server } = record();
  server.hasRoom = false;
  server.onRequest = () => server.reply(summary).end();
  assert.equal(await call.send({ latitude: 1 }), false);
});

test("send is false behind end, and in a call that never began", async () => {
  const { call, server } = record();
  call.end();
  assert.equal(await call.send({ latitude: 1 }), false);
  assert.deepEqual(server.sent, []);
  const late = createClient(RouteGuide, new ScriptedTransport()).routeChat({ timeoutMs: 0 });
  assert.equal(await late.send({}), false);
  late.end();
  await assert.rejects(late.next(), { code: "DEADLINE_EXCEEDED" });
});

test("a message that cannot be encoded rejects its send alone: the call goes on", async () => {
  const { call, server } = record();
  await assert.rejects(call.send({ unencodable: 1 } as object), TypeError);
  assert.equal(await call.send({ latitude: 1 }), true);
  server.reply(summary).end();
  assert.equal(await call.result(), summary);
});

test("a server that answers early ends the call well", async () => {
  const { call, server } = record();
  await call.send({ latitude: 1 });
  server.reply(summary).end();
  assert.equal(await call.send({ latitude: 2 }), false);
  assert.equal(await call.result(), summary);
  assert.equal(server.cancelled, undefined);
});

test("sends that nobody awaits leave no unhandled rejection when the call fails", async () => {
  const found = await unhandledRejections(() => {
    const { call, server } = record();
    server.hasRoom = false;
    void call.send({ latitude: 1 });
    server.end(new GrpcError("UNAVAILABLE", "connection lost"));
    void call.send({ latitude: 2 });
  });
  assert.deepEqual(found, []);
});

test("a result, or response, that was asked for ahead of a failure and is never looked at is no unhandled rejection", async () => {
  const found = await unhandledRejections(() => {
    const { call, server } = record();
    void call.result();
    void call.response;
    server.end(new GrpcError("UNAVAILABLE", "connection lost"));
    const late = record();
    late.server.end(new GrpcError("UNAVAILABLE", "connection lost"));
    void late.call.result();
    void late.call.response;
  });
  assert.deepEqual(found, []);
});

test("a loop of sends that never has to wait lets timers run all the same", async () => {
  const { call } = record();
  let sent = 0;
  let sentBeforeTimer: number | undefined;
  setImmediate(() => {
    sentBeforeTimer = sent;
  });
  for (; sent < 1_000; sent++) await call.send({ latitude: sent });
  assert.ok(sentBeforeTimer !== undefined && sentBeforeTimer < 200, `${sentBeforeTimer} were sent before`);
});

test("cancel ends both directions", async () => {
  const { call, server } = chat();
  server.hasRoom = false;
  const sending = call.send({ message: "a" });
  const reading = call.next();
  call.cancel("enough");
  assert.equal(await sending, false);
  await assert.rejects(reading, { code: "CANCELLED", reason: "the call was cancelled: enough" });
});

test("a conversation by hand goes to and fro, and ends when both sides have", async () => {
  const { call, server } = chat();
  server.onRequest = (request) => server.reply(request);
  await call.send({ message: "0" });
  const heard: string[] = [];
  for await (const note of call) {
    heard.push(note.message);
    if (heard.length < 3) {
      await call.send({ message: String(heard.length) });
    } else {
      call.end();
      server.end();
    }
  }
  assert.deepEqual(heard, ["0", "1", "2"]);
});
