import assert from "node:assert/strict";
import { test } from "node:test";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { certificateFiles, createChannel, createClient, createServer, GrpcError, tls } from "../index.ts";
import { createCertificate, createInMemoryChannel, FaultyNetwork, injectCallFaults } from "../testing.ts";

const NONE: object = { nonsense: 1 };
const { server, channel } = (() => {
  const inTest = createServer();
  return { server: inTest, channel: createInMemoryChannel(inTest) };
})();
const client = createClient(RouteGuide, channel);

const doors: Readonly<Record<string, () => unknown>> = {
  createServer: () => createServer(NONE),
  "createServer({ http2 })": () => createServer({ http2: NONE }),
  "createServer({ keepalive })": () => createServer({ keepalive: NONE }),
  "server.add": () => createServer().addPartial(RouteGuide, {}, NONE),
  "server.listen": () => server.listen("127.0.0.1:0", NONE),
  "server.shutdown": () => createServer().shutdown(NONE),
  createChannel: () => createChannel("http://localhost:1", NONE),
  "createChannel({ http2 })": () => createChannel("http://localhost:1", { http2: NONE }),
  "createChannel({ backoff })": () => createChannel("http://localhost:1", { backoff: NONE }),
  "channel.connect": () => channel.connect(NONE),
  tls: () => tls(NONE),
  createInMemoryChannel: () => createInMemoryChannel(server, NONE),
  createClient: () => createClient(RouteGuide, channel, NONE),
  "a call": () => client.getFeature({}, NONE),
  send: () => client.recordRoute().send({}, NONE),
  GrpcError: () => new GrpcError("ABORTED", "x", NONE),
  "server.listen({ tls })": () => server.listen("127.0.0.1:0", { tls: { ...createCertificate(), ...NONE } }),
  certificateFiles: () => certificateFiles(NONE),
  createCertificate: () => createCertificate([], NONE),
  FaultyNetwork: () => new FaultyNetwork(NONE),
  "network.set": () => new FaultyNetwork().set(NONE),
  injectCallFaults: () => injectCallFaults(channel, [], NONE),
};

for (const [door, open] of Object.entries(doors)) {
  test(`${door} refuses an option that there is not, and names it`, async () => {
    await assert.rejects(async () => await open(), {
      name: "TypeError",
      code: "GANNET_UNKNOWN_OPTION",
      message: /has no option "nonsense"; (it has \w|did you mean)/,
    });
  });
}

test("a limit of connections that cannot be is refused, on both sides", () => {
  const invalid = { name: "RangeError", code: "GANNET_INVALID_OPTION" };
  assert.throws(() => createServer({ http2: { maxConcurrentStreams: 0 } }), invalid);
  assert.throws(() => createServer({ http2: { streamWindowBytes: 2 ** 31 } }), invalid);
  assert.throws(() => createChannel("http://localhost:1", { http2: { connectionWindowBytes: 65_534 } }), {
    ...invalid,
    message: "http2.connectionWindowBytes is a number, from 65535 to 2147483647, not 65534",
  });
  createServer({ http2: { maxHeaderFields: undefined, maxResets: 0 } });
});
