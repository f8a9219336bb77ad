import assert from "node:assert/strict";
import { test } from "node:test";
import { type AmbientCalls, GrpcError, type ParentCall, type ServerCall } from "../core/index.ts";
import { createClient } from "./create-client.ts";
import { RouteGuide } from "./testdata/route_guide_pb.ts";
import { ScriptedTransport } from "./testdata/scripted-transport.ts";

/** As much of a server call as clients look at. */
function serverCall(signal: AbortSignal, remainingMs?: number): ServerCall {
  const call = { path: "/test.Service/Method", signal, timeRemainingMs: () => remainingMs, sendHeader() {} };
  return call as unknown as ServerCall;
}

test("a parent that is no call of this package is followed by its signal", async () => {
  const transport = new ScriptedTransport();
  const client = createClient(RouteGuide, transport);
  const controller = new AbortController();
  const parent = serverCall(controller.signal, 5_000);
  const failed = assert.rejects(client.getFeature({}, { parent }).response, {
    code: "CANCELLED",
    message: /the server call \/test.Service\/Method, which this one was made for, is over/,
  });
  const { deadline = 0 } = transport.call.init;
  const remainingMs = deadline - performance.now();
  assert.ok(remainingMs > 0 && remainingMs <= 5_000);
  controller.abort();
  await failed;
  await assert.rejects(client.getFeature({}, { parent }).response, { code: "CANCELLED" });
  assert.equal(transport.calls.length, 1);
});

test("a parent without time left lets no call start", async () => {
  const transport = new ScriptedTransport();
  const parent = serverCall(new AbortController().signal, 0);
  const call = createClient(RouteGuide, transport).listFeatures({}, { parent });
  await assert.rejects(call.next(), { code: "DEADLINE_EXCEEDED", message: /the deadline of the server call/ });
  assert.equal(transport.calls.length, 0);
});

test("a call leaves its parent when it ends", () => {
  const children = new Set<unknown>();
  const parent = Object.assign(serverCall(new AbortController().signal), {
    abortError: undefined,
    isHandlerRunning: true,
    adopt: (child: unknown) => children.add(child),
    release: (child: unknown) => children.delete(child),
  }) as unknown as ParentCall;
  const ambient = { current: () => parent } as unknown as AmbientCalls;
  const transport = Object.assign(new ScriptedTransport(), { ambient });
  const client = createClient(RouteGuide, transport, { interceptors: [async (_, next) => next()] });
  void client.getFeature({});
  void client.getFeature({}, { parent: null });
  assert.equal(children.size, 1);
  transport.calls[0]?.end(new GrpcError("UNAVAILABLE", "down"));
  return new Promise<void>((resolve) => setImmediate(resolve)).then(() => assert.equal(children.size, 0));
});

test("what is no server call is refused as a parent", () => {
  const client = createClient(RouteGuide, new ScriptedTransport());
  for (const parent of [{}, 5, "call"]) {
    assert.throws(() => client.getFeature({}, { parent: parent as unknown as ServerCall }), {
      code: "GANNET_INVALID_OPTION",
      message: /parent is the call that a handler is given, or null/,
    });
  }
});
