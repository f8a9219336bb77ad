import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { createInMemoryChannel } from "../testing/index.ts";
import { createServer } from "./grpc-server.ts";

const INVALID = { name: "TypeError", code: "GANNET_INVALID_ARGUMENT" };
const MISSING = { name: "TypeError", code: "GANNET_HANDLER_MISSING" };

/** As untyped code does. */
function addPartial(handlers: object): void {
  createServer().addPartial(RouteGuide, handlers as never);
}

test("a handler under a misspelt name, or the name in the .proto file, is refused with what was meant", () => {
  assert.throws(() => addPartial({ GetFeature: () => ({}) }), {
    ...MISSING,
    message: "routeguide.RouteGuide has no handler `GetFeature`; did you mean `getFeature`?",
  });
  assert.throws(() => addPartial({ getFeatur: () => ({}) }), { ...MISSING, message: /did you mean `getFeature`/ });
  class Guide {
    get_feature(): object {
      return {};
    }
  }
  assert.throws(() => addPartial(new Guide()), { ...MISSING, message: /`get_feature`; did you mean `getFeature`/ });
});

test("a class may have methods of its own, whatever they are called", () => {
  class Guide {
    getFeature(): object {
      return this.getFeatures();
    }
    getFeatures(): object {
      return {};
    }
    listFeature(): void {}
    get chat(): () => void {
      throw new Error("nobody asked");
    }
  }
  addPartial(new Guide());
  addPartial({ getFeature: () => ({}), database: { get: () => 1 }, close: () => {} });
});

test("what is no service, or no handlers, is refused with what it was", () => {
  const add =
    (...given: unknown[]) =>
    () =>
      createServer().add(...(given as [never, never]));
  assert.throws(add("shop.v1.Orders", {}), {
    ...INVALID,
    message: /^add takes a service first, .* not "shop.v1.Orders"$/,
  });
  assert.throws(add(Promise.resolve(RouteGuide), {}), { ...INVALID, message: /, not a Promise: await it first$/ });
  const loaded = { services: [RouteGuide], service: () => RouteGuide };
  assert.throws(add(loaded, {}), {
    ...INVALID,
    message: /, not an object: take one of its services, as \.service\("routeguide\.RouteGuide"\)$/,
  });
  assert.throws(add(RouteGuide), {
    ...INVALID,
    message: /^add takes the handlers of routeguide.RouteGuide .* undefined$/,
  });
});

test("a call of a method without a handler says so, and one that no service has, too", async () => {
  const server = createServer().addPartial(RouteGuide, {});
  const channel = createInMemoryChannel(server);
  await assert.rejects(createClient(RouteGuide, channel).getFeature({}), {
    code: "UNIMPLEMENTED",
    reason: "service routeguide.RouteGuide has no handler for GetFeature",
  });
  await Promise.all([channel.close(), server.shutdown()]);
});
