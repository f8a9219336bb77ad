import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import {
  callCredentials,
  certificateFiles,
  createChannel,
  createClient,
  createServer,
  GrpcError,
  tls,
} from "../index.ts";
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

const invalidNumber = { name: "RangeError", code: "GANNET_INVALID_OPTION", message: / is a (whole )?number, / };
const invalidType = { name: "TypeError", code: "GANNET_INVALID_OPTION" };

/** What untyped code may give: by door, options that all have values which they cannot have. */
const wrong: readonly [door: string, open: (options: never) => unknown, options: object, expected: object][] = [
  ["createServer", createServer, { maxConcurrentCalls: -1 }, invalidNumber],
  ["createServer", createServer, { maxConcurrentCalls: 0 }, invalidNumber],
  ["createServer", createServer, { maxConcurrentCalls: Number.NaN }, invalidNumber],
  ["createServer", createServer, { maxConcurrentCalls: 1.5 }, invalidNumber],
  ["createServer", createServer, { maxConcurrentCalls: "four" }, invalidNumber],
  ["createServer", createServer, { maxConnections: -1 }, invalidNumber],
  ["createServer", createServer, { maxQueuedCalls: -1 }, invalidNumber],
  ["createServer", createServer, { maxReceiveBytes: -1 }, invalidNumber],
  ["createServer", createServer, { maxConnectionAgeMs: Number.NaN }, invalidNumber],
  ["createServer", createServer, { keepalive: { timeoutMs: "soon" } }, invalidNumber],
  ["createServer", createServer, { keepalive: { permitWithoutCalls: 1 } }, invalidType],
  ["createServer", createServer, { keepalive: null }, invalidType],
  ["createServer", createServer, { onEvent: 5 }, invalidType],
  ["createServer", createServer, { onUnexpectedError: "log" }, invalidType],
  ["createServer", createServer, { onHttpRequest: "x" }, invalidType],
  ["createServer", createServer, { clock: {} }, invalidType],
  ["createServer", createServer, { compress: "gzip" }, invalidType],
  ["createServer", createServer, { compressors: ["gzip"] }, invalidType],
  ["createServer", createServer, { interceptors: [5] }, invalidType],
  ["createServer", createServer, { ambient: "yes" }, invalidType],
  ["server.add", (options) => createServer().addPartial(RouteGuide, {}, options), { limited: 0 }, invalidType],
  [
    "server.add",
    (options) => createServer().addPartial(RouteGuide, {}, options),
    { maxReceiveBytes: -1 },
    invalidNumber,
  ],
  ["server.shutdown", (options) => createServer().shutdown(options), { graceMs: -1 }, invalidNumber],
  ["createChannel", (options) => createChannel("http://localhost:1", options), { authority: "" }, invalidType],
  ["createChannel", (options) => createChannel("http://localhost:1", options), { userAgent: "ä\n" }, invalidType],
  ["createChannel", (options) => createChannel("http://localhost:1", options), { compress: "gzip" }, invalidType],
  [
    "createChannel",
    (options) => createChannel("http://localhost:1", options),
    { backoff: { jitter: 2 } },
    invalidNumber,
  ],
  ["createChannel", (options) => createChannel("http://localhost:1", options), { idleTimeoutMs: 0 }, invalidNumber],
  ["createChannel", (options) => createChannel("http://localhost:1", options), { format: "xml" }, invalidType],
  [
    "createChannel",
    (options) => createChannel("http://localhost:1", options),
    { proxy: "socks5://proxy" },
    invalidType,
  ],
  [
    "createChannel",
    (options) => createChannel("http://localhost:1", options),
    { maxConnectionsPerSubchannel: 0 },
    invalidNumber,
  ],
  ["createClient", (options) => createClient(RouteGuide, channel, options), { interceptors: {} }, invalidType],
  ["certificateFiles", certificateFiles, { cert: 5 }, invalidType],
  ["callCredentials", (options) => callCredentials(() => ({}), options), { allowPlaintext: "yes" }, invalidType],
  ["FaultyNetwork", (options) => new FaultyNetwork(options), { seed: "x" }, invalidNumber],
  ["network.set", (options) => new FaultyNetwork().set(options), { stalled: ["up"] }, invalidType],
  ["injectCallFaults", (options) => injectCallFaults(channel, [options]), { code: "NOPE" }, invalidType],
  ["injectCallFaults", (options) => injectCallFaults(channel, [options]), { delayMs: -1 }, invalidNumber],
];

for (const [door, open, options, expected] of wrong) {
  const shown = inspect(options, { breakLength: Number.POSITIVE_INFINITY });
  test(`${door} refuses ${shown}, and names the option`, () => {
    assert.throws(() => open(options as never), expected);
    const [name = ""] = Object.keys(options);
    assert.throws(() => open(options as never), new RegExp(name));
  });
}

test("options that are no object are refused", () => {
  assert.throws(() => createServer("four" as never), invalidType);
  assert.throws(() => createServer(null as never), /the options of createServer are an object, not null/);
});

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
