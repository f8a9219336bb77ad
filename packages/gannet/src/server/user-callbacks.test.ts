/** What users give a server may be an async function, or a promise of their own: no failure of it spreads. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { unhandledRejections } from "../client/testdata/unhandled-rejections.ts";
import { createInMemoryChannel } from "../testing/index.ts";
import { createServer, type Handlers, type Server, type ServerOptions } from "./index.ts";

type GetFeature = Handlers<typeof RouteGuide>["getFeature"];

async function callOnce(options: ServerOptions, getFeature: GetFeature): Promise<unknown> {
  const server: Server = createServer(options).addPartial(RouteGuide, { getFeature });
  const channel = createInMemoryChannel(server);
  const outcome = await createClient(RouteGuide, channel)
    .getFeature({})
    .response.catch((error: unknown) => error);
  await setImmediate();
  await Promise.all([channel.close(), server.shutdown()]);
  return outcome;
}

const fails = async (): Promise<never> => {
  throw new Error("as asked");
};

test("an async onUnexpectedError that fails is told to onEvent", async () => {
  const told: unknown[] = [];
  const unhandled = await unhandledRejections(async () => {
    await callOnce(
      { onUnexpectedError: fails as () => void, onEvent: ({ name, fields }) => told.push([name, fields["error"]]) },
      fails,
    );
  });
  assert.deepEqual(unhandled, []);
  const hook = told.find((one) => Array.isArray(one) && one[0] === "error-hook-failed");
  assert.deepEqual(hook, ["error-hook-failed", "Error: as asked"]);
});

test("an async onEvent that fails is lost", async () => {
  const unhandled = await unhandledRejections(async () => {
    await callOnce({ onEvent: fails as () => void }, () => ({ name: "oak" }));
  });
  assert.deepEqual(unhandled, []);
});

test("an async onEnd that fails is told to onUnexpectedError", async () => {
  const told: unknown[] = [];
  const unhandled = await unhandledRejections(async () => {
    const options: ServerOptions = {
      interceptors: [
        (call, next) => {
          call.onEnd(fails as () => void);
          return next();
        },
      ],
      onUnexpectedError: (error) => told.push(error),
    };
    await callOnce(options, () => ({ name: "oak" }));
  });
  assert.deepEqual(unhandled, []);
  assert.deepEqual(told, [new Error("as asked")]);
});

for (const [what, broken] of Object.entries({
  "a `then` that throws": {
    // biome-ignore lint/suspicious/noThenProperty: that is the point
    then() {
      throw new Error("as asked");
    },
  },
  "a `then` that cannot be read": {
    // biome-ignore lint/suspicious/noThenProperty: that is the point
    get then() {
      throw new Error("as asked");
    },
  },
})) {
  test(`a handler that returns ${what} fails its own call, and no other on the connection`, async () => {
    const server = createServer().addPartial(RouteGuide, {
      getFeature: ({ latitude }) => (latitude === 1 ? (broken as never) : { name: "oak" }),
    });
    const channel = createInMemoryChannel(server);
    const client = createClient(RouteGuide, channel);
    const [failed, fine] = await Promise.allSettled([client.getFeature({ latitude: 1 }), client.getFeature({})]);
    assert.equal(failed.status === "rejected" && failed.reason.code, "UNKNOWN");
    assert.equal(fine.status === "fulfilled" && fine.value.name, "oak");
    assert.equal(server.stats().connections.total, 1);
    await Promise.all([channel.close(), server.shutdown()]);
  });
}
