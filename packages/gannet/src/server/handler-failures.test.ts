import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import type { GrpcEvent } from "../core/index.ts";
import { createInMemoryChannel, VirtualClock } from "../testing/index.ts";
import { createServer, type ServerOptions } from "./index.ts";

type Warning = Error & { readonly code?: string; readonly detail?: string };

const PATH = `/${RouteGuide.typeName}/GetFeature`;

/** The warnings of this process while a handler fails so many times, `gapMs` apart. */
async function warningsOf(options: ServerOptions, calls = 1, gapMs = 0): Promise<readonly Warning[]> {
  const warnings: Warning[] = [];
  const listen = (warning: Warning): void => void warnings.push(warning);
  process.on("warning", listen);
  const clock = new VirtualClock();
  const server = createServer({ clock, ...options }).addPartial(RouteGuide, {
    getFeature() {
      throw new RangeError("no such place");
    },
  });
  const channel = createInMemoryChannel(server);
  const client = createClient(RouteGuide, channel);
  for (let call = 0; call < calls; call++) {
    await assert.rejects(client.getFeature({}).response, { code: "UNKNOWN", reason: "the handler failed" });
    await clock.advance(gapMs);
  }
  // A warning comes in a later turn.
  await setImmediate();
  await Promise.all([channel.close(), server.shutdown()]);
  process.off("warning", listen);
  return warnings;
}

test("a handler that fails where nobody listens warns whoever runs the process, with its stack", async () => {
  const [warning, ...others] = await warningsOf({});
  assert.deepEqual(others, []);
  assert.equal(warning?.code, "GANNET_HANDLER_FAILED");
  assert.match(warning?.message ?? "", new RegExp(`^the handler of ${PATH} failed: RangeError: no such place \\(`));
  assert.match(warning?.message ?? "", /onUnexpectedError/);
  assert.match(warning?.detail ?? "", /handler-failures\.test/);
});

test("there is one warning a second, which says how many there would have been", async () => {
  assert.equal((await warningsOf({}, 5, 10)).length, 1);
  const [, second, ...others] = await warningsOf({}, 4, 400);
  assert.deepEqual(others, []);
  assert.match(second?.message ?? "", /failed, and 2 more calls since the last warning: RangeError/);
});

test("a hook, a listener to events or a subscriber takes the place of the warning", async () => {
  assert.deepEqual(await warningsOf({ onUnexpectedError() {} }), []);
  assert.deepEqual(await warningsOf({ onEvent() {} }), []);
  const onMessage = (): void => {};
  subscribe("gannet:server:event", onMessage);
  assert.deepEqual(await warningsOf({}), []);
  unsubscribe("gannet:server:event", onMessage);
});

test("the event of a handler that failed has all of it in JSON: the path, the error's text and its stack", async () => {
  const told: GrpcEvent[] = [];
  await warningsOf({ onEvent: (event) => told.push(event) });
  const event = told.find(({ name }) => name === "handler-failed");
  const { path, error, stack } = JSON.parse(JSON.stringify(event)).fields;
  assert.deepEqual([path, error], [PATH, "RangeError: no such place"]);
  assert.match(stack, /^RangeError: no such place\n.*handler-failures\.test/s);
});
