import assert from "node:assert/strict";
import { test } from "node:test";
import { type CallOptions, Metadata } from "../core/index.ts";
import { createClient } from "./create-client.ts";
import { RouteGuide } from "./testdata/route_guide_pb.ts";
import { ScriptedTransport } from "./testdata/scripted-transport.ts";

function call(options: unknown) {
  const transport = new ScriptedTransport();
  const reply = createClient(RouteGuide, transport).getFeature({}, options as CallOptions);
  return { transport, reply };
}

test("an unknown option is an error that names it and the one that was meant, for all kinds of methods", () => {
  const routes = createClient(RouteGuide, new ScriptedTransport());
  const options = { timeout: 5 } as object;
  const expected = {
    name: "TypeError",
    code: "GANNET_UNKNOWN_OPTION",
    message: 'a call has no option "timeout"; did you mean timeoutMs?',
  };
  assert.throws(() => routes.getFeature({}, options), expected);
  assert.throws(() => routes.listFeatures({}, options), expected);
  assert.throws(() => routes.recordRoute(options), expected);
  assert.throws(() => routes.recordRoute([], options), expected);
  assert.throws(() => routes.routeChat(options), expected);
  assert.throws(() => routes.routeChat([], options), expected);
});

test("metadata in the place of the options, as grpc-js has it, is refused", () => {
  assert.throws(() => call(new Metadata({ a: "1" })), {
    code: "GANNET_INVALID_ARGUMENT",
    message: "the options of a call are an object: write { metadata } for what is a Metadata",
  });
});

test("options that are no object are refused", () => {
  for (const options of [null, 5, "fast"]) assert.throws(() => call(options), { code: "GANNET_INVALID_ARGUMENT" });
});

test("timeoutMs becomes a deadline on the clock of performance.now()", () => {
  const before = performance.now();
  const { deadline } = call({ timeoutMs: 1_000 }).transport.call.init;
  assert.ok(deadline !== undefined && deadline >= before + 1_000 && deadline <= performance.now() + 1_000);
});

test("an infinite timeout, or none, sets no deadline", () => {
  assert.equal(call({ timeoutMs: Number.POSITIVE_INFINITY }).transport.call.init.deadline, undefined);
  assert.equal(call({ timeoutMs: undefined }).transport.call.init.deadline, undefined);
});

test("a timeout of 0 fails at once with DEADLINE_EXCEEDED, and no call reaches the transport", async () => {
  for (const timeoutMs of [0, -0]) {
    const { transport, reply } = call({ timeoutMs });
    assert.equal(transport.calls.length, 0);
    await assert.rejects(Promise.resolve(reply), { code: "DEADLINE_EXCEEDED" });
  }
});

test("a timeout that is no length of time is refused", () => {
  for (const timeoutMs of [Number.NaN, -1, Number.NEGATIVE_INFINITY]) {
    const message = `timeoutMs is 0 or more milliseconds, not ${timeoutMs}`;
    assert.throws(() => call({ timeoutMs }), { name: "RangeError", code: "GANNET_INVALID_OPTION", message });
  }
  for (const timeoutMs of ["5s", null, 5n]) {
    assert.throws(() => call({ timeoutMs }), { name: "TypeError", code: "GANNET_INVALID_OPTION" });
  }
});

test("waitForReady is passed on, and is true or false", () => {
  assert.equal(call({ waitForReady: true }).transport.call.init.waitForReady, true);
  assert.equal(call({ waitForReady: undefined }).transport.call.init.waitForReady, undefined);
  assert.throws(() => call({ waitForReady: 1 }), { name: "TypeError", code: "GANNET_INVALID_OPTION" });
});

test("a signal that is none is refused, an AbortController with a hint", () => {
  for (const signal of [{}, 5, null]) assert.throws(() => call({ signal }), { code: "GANNET_INVALID_OPTION" });
  assert.throws(() => call({ signal: new AbortController() }), /an AbortController has it as its `signal`/);
});

test("metadata is copied, so that later changes do not reach a call under way", () => {
  const metadata = new Metadata({ place: "a", "token-bin": new Uint8Array([1]) });
  const sent = call({ metadata }).transport.call.init.metadata;
  metadata.set("place", "b");
  assert.equal(sent?.get("place"), "a");
  assert.deepEqual(sent?.get("token-bin"), new Uint8Array([1]));
  assert.deepEqual(
    [...(call({ metadata: { place: ["a", "b"] } }).transport.call.init.metadata ?? [])],
    [
      ["place", "a"],
      ["place", "b"],
    ],
  );
});

test("metadata that gRPC does not allow is refused", () => {
  assert.throws(() => call({ metadata: { "k-bin": "text" } }), TypeError);
  assert.throws(() => call({ metadata: { "grpc-timeout": "1S" } }), TypeError);
  assert.throws(() => call({ metadata: { place: "a\nb" } }), TypeError);
});

test("metadata in a Map or Headers is refused rather than lost", () => {
  for (const metadata of [new Map([["place", "a"]]), new Headers({ place: "a" }), [["place", "a"]], null, "place"]) {
    assert.throws(() => call({ metadata }), { name: "TypeError", code: "GANNET_INVALID_OPTION" });
  }
});
