import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { Transport } from "../core/index.ts";
import type { ClientCall } from "./client-call.ts";
import { createClient } from "./create-client.ts";
import { RouteGuide } from "./testdata/route_guide_pb.ts";
import { ScriptedTransport } from "./testdata/scripted-transport.ts";

/** A service known only at run time, with unary methods of these names. */
function serviceWith(...names: string[]): DescService {
  const methods = names.map(
    (localName) => ({ kind: "rpc", localName, name: localName, methodKind: "unary" }) as DescMethod,
  );
  return { kind: "service", typeName: "test.Service", methods } as unknown as DescService;
}

test("a client has the methods of its service and nothing else", () => {
  const client = createClient(RouteGuide, new ScriptedTransport());
  assert.deepEqual(Object.keys(client), ["getFeature", "listFeatures", "recordRoute", "routeChat"]);
  assert.equal(Object.getPrototypeOf(client), null);
});

test("a client can be awaited and returned from an async function, also when its service has a method `then`", async () => {
  const client = createClient(serviceWith("then", "catch"), new ScriptedTransport());
  assert.deepEqual(Object.keys(client), ["then$", "catch"]);
  assert.equal(await (async () => client)(), client);
});

test("a method `__proto__` does not become a prototype", () => {
  const client = createClient(serviceWith("__proto__", "hasOwnProperty"), new ScriptedTransport());
  assert.deepEqual(Object.keys(client), ["__proto__$", "hasOwnProperty"]);
  assert.equal(Object.getPrototypeOf(client), null);
});

test("a method can be taken off its client", async () => {
  const { getFeature } = createClient(RouteGuide, new ScriptedTransport((call) => call.reply({ name: "oak" }).end()));
  assert.equal((await getFeature({})).name, "oak");
});

test("a service known at run time has methods of each kind", async () => {
  const loaded: DescService = RouteGuide;
  const transport = new ScriptedTransport();
  const client = createClient(loaded, transport);
  const unary = client["getFeature"]?.();
  assert.deepEqual(transport.call.sent, [{}]);
  transport.call.reply({ name: "oak" }).end();
  assert.deepEqual(await unary, { name: "oak" });
  const recording = client["recordRoute"]?.(undefined, { waitForReady: true });
  assert.equal(transport.call.init.waitForReady, true);
  assert.equal(await recording?.send({ latitude: 1 }), true);
  void client["routeChat"]?.([{ message: "a" }], {});
  assert.deepEqual(transport.call.sent, [{ message: "a" }]);
});

test("the first argument of a method that streams requests is an iterable of them, or options", () => {
  const transport = new ScriptedTransport();
  const { recordRoute, routeChat } = createClient(RouteGuide, transport);
  const hasSend = (call: ClientCall): boolean => "send" in call;
  assert.deepEqual([recordRoute(), recordRoute({ timeoutMs: 5 }), routeChat(), routeChat({})].map(hasSend), [
    true,
    true,
    true,
    true,
  ]);
  assert.deepEqual([recordRoute([]), recordRoute([], { timeoutMs: 5 }), routeChat(new Set())].map(hasSend), [
    false,
    false,
    false,
  ]);
  assert.ok(transport.calls[1]?.init.deadline !== undefined && transport.calls[5]?.init.deadline !== undefined);
});

test("what is neither an iterable nor options is refused with what it was", () => {
  const { recordRoute } = createClient(RouteGuide, new ScriptedTransport());
  const call = recordRoute as (...values: unknown[]) => unknown;
  const code = "GANNET_INVALID_ARGUMENT";
  assert.throws(() => call("text"), { name: "TypeError", code, message: /or options alone; got "text"$/ });
  assert.throws(() => call(null), { code });
  assert.throws(() => call({ latitude: 1 }, {}), { code, message: /got an object$/ });
  assert.throws(() => call(function* () {}), { code, message: /is it a generator that was to be called\?$/ });
});

test("createClient refuses what is no service or no transport", () => {
  const code = "GANNET_INVALID_ARGUMENT";
  assert.throws(() => createClient(undefined as unknown as DescService, new ScriptedTransport()), {
    code,
    message: /not undefined$/,
  });
  assert.throws(() => createClient({} as DescService, new ScriptedTransport()), { code });
  assert.throws(() => createClient(RouteGuide, "localhost:50051" as unknown as Transport), {
    code,
    message: /not "localhost:50051"$/,
  });
});
