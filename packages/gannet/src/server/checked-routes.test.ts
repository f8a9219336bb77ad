import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescMessage } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, StructSchema, ValueSchema } from "@bufbuild/protobuf/wkt";
import { type Channel, createChannel, insecure } from "../channel/index.ts";
import { createClient } from "../client/index.ts";
import { type Feature, RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { CodecCache } from "../codec/index.ts";
import { createInMemoryChannel } from "../testing/index.ts";
import { CheckedRoutes } from "./checked-routes.ts";
import { createServer } from "./grpc-server.ts";
import type { Route } from "./route.ts";
import type { ServerOptions } from "./server-options.ts";

/** A reply as it may come out of a database, or of a slip that TypeScript does not see. */
function asFeature(row: object): Feature {
  return row as Feature;
}

/** How a call ends whose handler replies with this, in memory or over a socket. */
async function outcomeOf(reply: object, options: ServerOptions = {}, isSocket = false): Promise<string> {
  const thrown: unknown[] = [];
  const server = createServer({ ...options, onUnexpectedError: (error) => thrown.push(error) }).addPartial(RouteGuide, {
    getFeature: () => asFeature(reply),
  });
  let channel = createInMemoryChannel(server);
  if (isSocket) {
    const { address } = await server.listen("127.0.0.1:0");
    channel = createChannel(address, { credentials: insecure() });
  }
  try {
    return `OK ${(await createClient(RouteGuide, channel).getFeature({})).name}`;
  } catch (error) {
    assert.equal((thrown[0] as { code?: unknown }).code, "GANNET_UNKNOWN_PROPERTY");
    assert.ok(thrown[0] instanceof TypeError);
    return (error as Error).message;
  } finally {
    await channel.close();
    await server.shutdown();
  }
}

test("in memory, a reply with an unknown property fails its call with the property's name and what was meant", async () => {
  assert.match(
    await outcomeOf({ nam: "x" }),
    /^UNKNOWN: a reply has nam, but routeguide.Feature has no nam; did you mean name\?/,
  );
  assert.match(
    await outcomeOf({ name: "x", location: { latitude: 1, height: 3 } }),
    /a reply has location\.height, but routeguide.Point has no height; it has latitude, longitude/,
  );
  assert.equal(await outcomeOf({ name: "x", location: { latitude: 1 } }), "OK x");
});

test("a Date, which would be sent as if it were empty, is no message", async () => {
  assert.match(
    await outcomeOf({ name: "x", location: new Date() }),
    /a reply has location as a Date, which has no properties of routeguide\.Point; write timestampFromDate\(date\)/,
  );
  assert.match(await outcomeOf(new Map()), /a reply is a Map, .* write Object\.fromEntries\(map\)/);
});

test("over sockets nobody looks, unless asked to", async () => {
  assert.equal(await outcomeOf({ nam: "x" }, {}, true), "OK ");
  assert.match(await outcomeOf({ nam: "x" }, { checkReplies: true }, true), /did you mean name\?/);
  assert.equal(await outcomeOf({ nam: "x" }, { checkReplies: false }), "OK ");
});

test("in development it is looked at everywhere", async () => {
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "development";
  try {
    assert.match(await outcomeOf({ nam: "x" }, {}, true), /did you mean name\?/);
  } finally {
    if (before === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = before;
  }
});

/** What is said of a message; undefined where it is good. */
function findSlip(output: DescMessage, message: object): string | undefined {
  const route = { method: { output }, replyCodec: new CodecCache().get(output) } as Route;
  const routes = new CheckedRoutes({
    get: () => route,
    forUnknown: () => undefined,
    inJson: () => route,
    service: () => undefined,
  });
  try {
    routes.get("/any")?.replyCodec.maxBytes(message);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

test("a slip is found in lists and oneofs, and nothing is a slip in a Struct", () => {
  const field = { name: "f", options: { deprecatd: true } };
  const file = { messageType: [{ name: "A" }, { name: "B", field: [field] }] };
  assert.match(findSlip(FileDescriptorProtoSchema, file) ?? "", /messageType\[1\]\.field\[0\]\.options\.deprecatd/);
  const list = { kind: { case: "listValue", value: { values: [], more: 1 } } };
  assert.match(findSlip(ValueSchema, list) ?? "", /kind\.value\.more/);
  assert.equal(findSlip(ValueSchema, { kind: { case: "listValue", value: { values: [] } } }), undefined);
  assert.equal(findSlip(StructSchema, { anything: { at: "all" } }), undefined);
});

test("in memory, a request with an unknown property fails its call; over sockets only where that is asked for", async () => {
  const server = createServer().addPartial(RouteGuide, { getFeature: () => ({ name: "x" }) });
  const { address } = await server.listen("127.0.0.1:0");
  const request: object = { lat: 1 };
  const reason =
    "the request cannot be encoded: a request has lat, but routeguide.Point has no lat; it has latitude, longitude";
  const outcomes: [channel: Channel, isRefused: boolean][] = [
    [createInMemoryChannel(server), true],
    [createInMemoryChannel(server, { checkRequests: false }), false],
    [createChannel(address, { credentials: insecure() }), false],
    [createChannel(address, { credentials: insecure(), checkRequests: true }), true],
  ];
  for (const [channel, isRefused] of outcomes) {
    const call = createClient(RouteGuide, channel).getFeature(request);
    if (isRefused) await assert.rejects(call, { code: "INTERNAL", reason });
    else assert.equal((await call).name, "x");
    await channel.close();
  }
  await server.shutdown();
});
