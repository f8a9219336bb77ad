import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { GrpcError } from "../core/index.ts";
import { callRaw } from "./call-raw.ts";
import { createClient } from "./create-client.ts";
import { RouteGuide } from "./testdata/route_guide_pb.ts";
import { type ScriptedCall, ScriptedTransport } from "./testdata/scripted-transport.ts";
import { unhandledRejections } from "./testdata/unhandled-rejections.ts";

const oak = { $typeName: "routeguide.Feature", name: "oak" };

function start(script?: (call: ScriptedCall) => void) {
  const transport = new ScriptedTransport(script);
  return { transport, routes: createClient(RouteGuide, transport) };
}

function down(): GrpcError {
  return new GrpcError("UNAVAILABLE", "connection refused");
}

test("a call sends its request and is awaited for the reply", async () => {
  const { transport, routes } = start();
  const call = routes.getFeature({ latitude: 1 });
  const { sent, isSendEnded, method, init } = transport.call;
  assert.deepEqual(sent, [{ latitude: 1 }]);
  assert.equal(isSendEnded, true);
  assert.equal(method, RouteGuide.method.getFeature);
  assert.equal(init.deadline, undefined);
  assert.equal(init.metadata, undefined);
  assert.equal(init.waitForReady, undefined, "its channel knows");
  setImmediate(() => transport.call.header().reply(oak).end());
  assert.equal(await call, oak);
});

test("a call that was answered inside start is answered", async () => {
  const { routes } = start((call) => call.end(down()));
  await assert.rejects(Promise.resolve(routes.getFeature({})), { code: "UNAVAILABLE" });
});

test("header, trailer, response and the reply can be asked for in any order, before and after the end", async () => {
  const { transport, routes } = start();
  const before = routes.getFeature({});
  const early = [before.header, before.trailer, before.response, before] as const;
  transport.call.header({ place: "a" }).reply(oak).end(undefined, { "served-by": "b" });
  const after = routes.getFeature({});
  transport.call.header({ place: "a" }).reply(oak).end(undefined, { "served-by": "b" });
  for (const [header, trailer, response, reply] of [
    early,
    [after.header, after.trailer, after.response, after] as const,
  ]) {
    assert.equal((await header).get("place"), "a");
    assert.equal((await trailer).get("served-by"), "b");
    assert.equal(await reply, oak);
    const whole = await response;
    assert.deepEqual([whole.message, whole.header, whole.trailer], [oak, await header, await trailer]);
  }
});

test("every question gets the same promise each time", () => {
  const { routes } = start();
  const call = routes.getFeature({});
  assert.equal(call.header, call.header);
  assert.equal(call.trailer, call.trailer);
  assert.equal(call.response, call.response);
});

test("catch and finally work as those of a promise", async () => {
  const { transport, routes } = start();
  const failed = routes.getFeature({});
  transport.call.end(down());
  assert.equal(await failed.catch((error) => (error as GrpcError).code), "UNAVAILABLE");
  let settled = 0;
  const answered = routes.getFeature({});
  transport.call.reply(oak).end();
  assert.equal(await answered.finally(() => settled++), oak);
  assert.equal(settled, 1);
});

test("a failed call rejects whoever asks, whenever", async () => {
  const { transport, routes } = start();
  const call = routes.getFeature({});
  const early = assert.rejects(Promise.resolve(call), { code: "UNAVAILABLE", reason: "connection refused" });
  transport.call.end(down(), { "served-by": "b" });
  await early;
  await assert.rejects(Promise.resolve(call), { code: "UNAVAILABLE" });
  await assert.rejects(call.response, { code: "UNAVAILABLE" });
  await assert.rejects(call.header, { code: "UNAVAILABLE" });
  assert.equal((await call.trailer).get("served-by"), "b");
});

test("a failed call that nobody asked about leaves no unhandled rejection", async () => {
  const { transport, routes } = start();
  const found = await unhandledRejections(() => {
    void routes.getFeature({});
    transport.call.end(down());
  });
  assert.deepEqual(found, []);
});

test("to read only the header, or only the trailer, leaves no unhandled rejection", async () => {
  const { transport, routes } = start();
  const found = await unhandledRejections(async () => {
    const withHeader = routes.getFeature({});
    const header = withHeader.header;
    transport.call.header().end(down());
    await header;
    const withoutHeader = routes.getFeature({});
    void withoutHeader.header;
    transport.call.end(down());
    const withTrailer = routes.getFeature({});
    transport.call.end(down());
    assert.equal((await withTrailer.trailer).size, 0);
    void withTrailer.header;
  });
  assert.deepEqual(found, []);
});

test("a reply without a header has an empty one", async () => {
  const { transport, routes } = start();
  const call = routes.getFeature({});
  transport.call.reply(oak).end();
  assert.equal((await call.header).size, 0);
  assert.equal((await call.response).header.size, 0);
});

test("an error after the reply is an error", async () => {
  const { transport, routes } = start();
  const call = routes.getFeature({});
  transport.call.reply(oak).end(new GrpcError("DATA_LOSS", "half of it"));
  await assert.rejects(Promise.resolve(call), { code: "DATA_LOSS" });
});

test("no reply, or two of them, is UNIMPLEMENTED", async () => {
  const { transport, routes } = start();
  const none = routes.getFeature({});
  transport.call.header().end(undefined, { "served-by": "b" });
  await assert.rejects(Promise.resolve(none), {
    code: "UNIMPLEMENTED",
    reason: "the server sent no reply, where one is due",
  });
  assert.equal((await none.trailer).get("served-by"), "b");
  const two = routes.getFeature({});
  transport.call.reply(oak, oak).end();
  await assert.rejects(Promise.resolve(two), { code: "UNIMPLEMENTED" });
  assert.equal(transport.call.cancelled?.code, "UNIMPLEMENTED");
});

test("a request that cannot be encoded fails the call, which the server hears is over", async () => {
  const { transport, routes } = start();
  const call = routes.getFeature({ unencodable: 1 } as object);
  assert.equal(transport.call.cancelled?.code, "INTERNAL");
  await assert.rejects(Promise.resolve(call), (error: GrpcError) => {
    assert.equal(error.reason, "the request cannot be encoded: no such field: unencodable");
    assert.ok(error.cause instanceof TypeError);
    return true;
  });
});

test("cancel fails the call with CANCELLED and the reason as cause, once", async () => {
  const { transport, routes } = start();
  const call = routes.getFeature({});
  const reason = new Error("the user went away");
  call.cancel(reason);
  call.cancel("again");
  assert.equal(transport.call.cancelled?.cause, reason);
  await assert.rejects(Promise.resolve(call), {
    code: "CANCELLED",
    reason: "the call was cancelled: the user went away",
  });
});

test("cancel does nothing to a call that has ended", async () => {
  const { transport, routes } = start();
  const call = routes.getFeature({});
  transport.call.reply(oak).end();
  call.cancel();
  assert.equal(transport.call.cancelled, undefined);
  assert.equal(await call, oak);
});

test("peer is the address of the server once the call has begun", () => {
  const { routes } = start();
  assert.equal(routes.getFeature({}).peer, "203.0.113.1:50051");
  assert.equal(routes.getFeature({}, { timeoutMs: 0 }).peer, undefined);
});

test("an aborted signal cancels the call with its reason", async () => {
  const { transport, routes } = start();
  const controller = new AbortController();
  const call = routes.getFeature({}, { signal: controller.signal });
  const reason = new Error("closed");
  controller.abort(reason);
  assert.equal(transport.call.cancelled?.code, "CANCELLED");
  await assert.rejects(Promise.resolve(call), (error: GrpcError) => error.cause === reason);
});

test("with a signal that was aborted before, no call reaches the transport", async () => {
  const { transport, routes } = start();
  const reason = new Error("closed");
  const call = routes.getFeature({}, { signal: AbortSignal.abort(reason) });
  await assert.rejects(
    Promise.resolve(call),
    (error: GrpcError) => error.code === "CANCELLED" && error.cause === reason,
  );
  await assert.rejects(call.header, { code: "CANCELLED" });
  assert.equal((await call.trailer).size, 0);
  assert.equal(transport.calls.length, 0);
});

test("the signal is let go when the call ends, in whichever way", async () => {
  const { signal } = new AbortController();
  const { transport, routes } = start();
  const endings: ((call: ScriptedCall) => void)[] = [
    (call) => call.reply(oak).end(),
    (call) => call.end(down()),
    (call) => call.cancel(),
  ];
  for (const ending of endings) {
    void routes.getFeature({}, { signal });
    assert.equal(getEventListeners(signal, "abort").length, 1);
    ending(transport.call);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  }
  void createClient(RouteGuide, new ScriptedTransport((call) => call.end(down()))).getFeature({}, { signal });
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("many calls can share a signal, which gets one listener", async () => {
  const { routes } = start();
  const controller = new AbortController();
  const { signal } = controller;
  const calls = Array.from({ length: 20 }, () => routes.getFeature({}, { signal }));
  assert.equal(getEventListeners(signal, "abort").length, 1);
  controller.abort();
  for (const call of calls) await assert.rejects(Promise.resolve(call), { code: "CANCELLED" });
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("the stack of an error leads to the line that waits for the call", async () => {
  const { transport, routes } = start();
  async function awaitsReply(): Promise<void> {
    await routes.getFeature({});
  }
  async function awaitsResponse(): Promise<void> {
    await routes.getFeature({}).response;
  }
  async function awaitsHeader(): Promise<void> {
    await routes.getFeature({}).header;
  }
  async function awaitsSeveral(): Promise<void> {
    await Promise.all([routes.getFeature({}), Promise.resolve()]);
  }
  for (const wait of [awaitsReply, awaitsResponse, awaitsHeader, awaitsSeveral]) {
    for (const isLate of [true, false]) {
      const waiting = wait();
      if (isLate) await new Promise((resolve) => setImmediate(resolve));
      transport.call.end(down());
      const error = await waiting.then(
        () => assert.fail(),
        (reason: Error) => reason,
      );
      assert.match(
        error.stack ?? "",
        new RegExp(`^GrpcError: UNAVAILABLE: connection refused\\n[\\s\\S]*at async ${wait.name} `),
      );
    }
  }
});

test("clients, and raw calls, can share a signal too", () => {
  const controller = new AbortController();
  const { signal } = controller;
  const calls = Array.from({ length: 12 }, (_, index) => {
    const transport = new ScriptedTransport();
    if (index % 2 === 0) void createClient(RouteGuide, transport).getFeature({}, { signal });
    else callRaw(transport, "/routeguide.RouteGuide/GetFeature", [new Uint8Array(0)], { signal });
    return transport.call;
  });
  assert.equal(getEventListeners(signal, "abort").length, 1);
  controller.abort();
  assert.ok(calls.every(({ cancelled }) => cancelled?.code === "CANCELLED"));
});
