/** Credentials of calls: where they are sent and where not, what goes wrong with their source, and who waits for it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import { type CredentialsRequest, callCredentials, GrpcError, Metadata } from "../core/index.ts";
import { connectSocket, parseSocketAddress } from "../net/index.ts";
import { createServer } from "../server/index.ts";
import { createCertificate, createInMemoryChannel, VirtualClock } from "../testing/index.ts";
import type { ChannelOptions } from "./channel-options.ts";
import { createChannelIn } from "./create-channel.ts";
import { createChannel, insecure, tls } from "./index.ts";

const HERE = { latitude: 1 };
const identity = createCertificate();

/** A server that keeps the metadata of its calls. */
function createRecorder(t: TestContext) {
  const received: Metadata[] = [];
  const server = createServer().addPartial(RouteGuide, {
    getFeature(point, call) {
      received.push(call.metadata);
      return { location: point };
    },
  });
  t.after(() => server.shutdown({ graceMs: 0 }));
  return { server, received };
}

function inMemory(t: TestContext, options: ChannelOptions = {}) {
  const { server, received } = createRecorder(t);
  const channel = createInMemoryChannel(server, options);
  t.after(() => channel.close());
  return { channel, received, client: createClient(RouteGuide, channel) };
}

const bearer = (token: string) => callCredentials(() => ({ authorization: `Bearer ${token}` }));

test("what a channel and a call have is sent behind the call's own metadata", async (t) => {
  const { client, received } = inMemory(t, { callCredentials: bearer("channel") });
  await client.getFeature(HERE, {
    metadata: { "x-one": "1" },
    callCredentials: callCredentials(async () => ({ authorization: "Bearer call", "x-key-bin": new Uint8Array([7]) })),
  });
  assert.deepEqual(received[0]?.getAll("authorization"), ["Bearer channel", "Bearer call"]);
  assert.deepEqual(received[0]?.get("x-key-bin"), new Uint8Array([7]));
  assert.equal(received[0]?.get("x-one"), "1");
});

test("a source is told of the call, and asked for each", async (t) => {
  const requests: CredentialsRequest[] = [];
  const credentials = callCredentials((request) => {
    requests.push(request);
    return {};
  });
  const { client } = inMemory(t, { authority: "api.example.com:443", callCredentials: credentials });
  await client.getFeature(HERE);
  await client.getFeature(HERE);
  assert.equal(requests.length, 2);
  const { service, method, authority, serviceUrl, signal } = requests[0] ?? assert.fail();
  assert.deepEqual([service, method], [RouteGuide.typeName, "GetFeature"]);
  assert.equal(authority, "api.example.com:443");
  assert.equal(serviceUrl, `https://api.example.com/${RouteGuide.typeName}`);
  assert.equal(signal.aborted, false, "the answer came in time");
});

test("credentials go over TLS and unix sockets, and over plaintext only where that is asked for", async (t) => {
  const { server, received } = createRecorder(t);
  const folder = mkdtempSync(join(tmpdir(), "gannet-credentials-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const encrypted = await server.listen("127.0.0.1:0", { tls: identity });
  const plain = await server.listen("127.0.0.1:0");
  const local = await server.listen(`unix:${join(folder, "s.sock")}`);
  let questions = 0;
  const source = () => {
    questions++;
    return { authorization: "Bearer secret" };
  };
  const call = async (target: string, options: ChannelOptions) => {
    const channel = createChannel(target, options);
    t.after(() => channel.close());
    await createClient(RouteGuide, channel).getFeature(HERE);
  };
  const credentials = callCredentials(source);
  await call(encrypted.address, { credentials: tls({ ca: identity.cert }), callCredentials: credentials });
  await call(local.address, { callCredentials: credentials });
  assert.equal(questions, 2);
  await assert.rejects(call(plain.address, { credentials: insecure(), callCredentials: credentials }), {
    code: "UNAUTHENTICATED",
    reason: `call credentials are not sent in plaintext to ${plain.address}: use tls(), or make them with { allowPlaintext: true }`,
  });
  assert.equal(questions, 2, "nobody was asked for what is not sent");
  const careless = callCredentials(source, { allowPlaintext: true });
  await call(plain.address, { credentials: insecure(), callCredentials: careless });
  assert.equal(questions, 3);
  assert.deepEqual(
    received.map((metadata) => metadata.get("authorization")),
    ["Bearer secret", "Bearer secret", "Bearer secret"],
  );
});

test("one of two credentials that may not go over plaintext keeps the call back", async (t) => {
  const { server } = createRecorder(t);
  const { address } = await server.listen("127.0.0.1:0");
  const careless = callCredentials(() => ({}), { allowPlaintext: true });
  const channel = createChannel(address, { credentials: insecure(), callCredentials: careless });
  t.after(() => channel.close());
  const client = createClient(RouteGuide, channel);
  await assert.rejects(client.getFeature(HERE, { callCredentials: bearer("x") }).response, { code: "UNAUTHENTICATED" });
});

test("what a source throws is what the call fails with", async (t) => {
  const { client, received } = inMemory(t);
  const cases: readonly (readonly [thrown: unknown, code: string, reason: RegExp])[] = [
    [new Error("no token"), "UNAUTHENTICATED", /^no credentials for the call: no token$/],
    [undefined, "UNAUTHENTICATED", /^no credentials for the call/],
    [new GrpcError("UNAVAILABLE", "down"), "UNAVAILABLE", /^no credentials for the call: down$/],
    [new GrpcError("PERMISSION_DENIED", "no"), "PERMISSION_DENIED", /: no$/],
  ];
  for (const [thrown, code, reason] of cases) {
    const credentials = callCredentials(() => {
      throw thrown;
    });
    await assert.rejects(client.getFeature(HERE, { callCredentials: credentials }).response, { code, reason });
  }
  for (const code of [
    "INVALID_ARGUMENT",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "DATA_LOSS",
  ] as const) {
    const credentials = callCredentials(async () => {
      throw new GrpcError(code, "x");
    });
    await assert.rejects(client.getFeature(HERE, { callCredentials: credentials }).response, {
      code: "INTERNAL",
      reason: `no credentials for the call (${code}): x`,
    });
  }
  assert.equal(received.length, 0);
});

test("metadata that gRPC does not allow fails the call, and does not show the secret", async (t) => {
  const { client } = inMemory(t, { callCredentials: callCredentials(() => ({ authorization: "secret\n" })) });
  await assert.rejects(client.getFeature(HERE).response, (error: GrpcError) => {
    assert.equal(error.code, "UNAUTHENTICATED");
    assert.match(error.reason, /metadata "authorization" takes printable ASCII/);
    assert.doesNotMatch(error.reason, /secret/);
    return true;
  });
});

test("the deadline, cancellation and the end of the channel count while a source is asked", async (t) => {
  const clock = new VirtualClock();
  const signals: AbortSignal[] = [];
  let asked: () => void = () => {};
  const credentials = callCredentials(({ signal }) => {
    signals.push(signal);
    asked();
    return new Promise(() => {});
  });
  const nextQuestion = () =>
    new Promise<void>((resolve) => {
      asked = resolve;
    });
  const { client, channel, received } = inMemory(t, { clock, callCredentials: credentials });

  let question = nextQuestion();
  const late = client.getFeature(HERE, { timeoutMs: 1000 });
  const lateEnd = assert.rejects(late.response, {
    code: "DEADLINE_EXCEEDED",
    reason: /before the call had its credentials/,
  });
  await question;
  await clock.advance(1100);
  await lateEnd;

  question = nextQuestion();
  const cancelled = client.getFeature(HERE);
  const cancelledEnd = assert.rejects(cancelled.response, { code: "CANCELLED" });
  await question;
  cancelled.cancel();
  await cancelledEnd;

  question = nextQuestion();
  const closed = client.getFeature(HERE);
  const closedEnd = assert.rejects(closed.response, { code: "UNAVAILABLE", reason: "the channel was closed" });
  await question;
  await channel.close();
  await closedEnd;
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true, true],
  );
  assert.equal(received.length, 0);
});

test("credentials that come when the connection is gone are asked for again on the next", async (t) => {
  const { server, received } = createRecorder(t);
  const listened = await server.listen("127.0.0.1:0");
  // Between the two, so that connections can be cut.
  const sockets = new Set<import("node:net").Socket>();
  const { connect } = await import("node:net");
  const proxy = createTcpServer((socket) => {
    const onward = connect(listened.port, "127.0.0.1");
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on("error", () => {}).on("close", () => other.destroy());
      one.pipe(other);
    }
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  t.after(() => proxy.close());
  const bound = proxy.address();
  const port = typeof bound === "object" ? bound?.port : 0;
  let questions = 0;
  let onLost = () => {};
  const lost = new Promise<void>((resolve) => {
    onLost = resolve;
  });
  const credentials = callCredentials(
    async () => {
      questions++;
      if (questions === 1) {
        for (const socket of sockets) socket.destroy();
        await lost;
      }
      return { authorization: `token ${questions}` };
    },
    { allowPlaintext: true },
  );
  const channel = createChannel(`http://127.0.0.1:${port}`, {
    callCredentials: credentials,
    onEvent: ({ name }) => name === "connection-closed" && onLost(),
  });
  t.after(() => channel.close());
  await createClient(RouteGuide, channel).getFeature(HERE);
  assert.equal(questions, 2);
  assert.deepEqual(
    received.map((metadata) => metadata.get("authorization")),
    ["token 2"],
  );
});

test("secrets are sent never-indexed: credentials, authorization, cookies, and what is marked", async (t) => {
  const { server } = createRecorder(t);
  const { address } = await server.listen("127.0.0.1:0");
  const sent: Uint8Array[] = [];
  const connect = async () => {
    const pipe = await connectSocket(parseSocketAddress(address));
    const { write, writeOwned } = pipe;
    pipe.write = (segment, length) => {
      sent.push(segment.slice(0, length));
      return write.call(pipe, segment, length);
    };
    pipe.writeOwned = (bytes) => {
      sent.push(bytes.slice());
      writeOwned.call(pipe, bytes);
    };
    return pipe;
  };
  const channel = createChannelIn({ connect }, `http://${address}`);
  t.after(() => channel.close());
  await createClient(RouteGuide, channel).getFeature(HERE, {
    metadata: new Metadata({
      authorization: "one",
      cookie: "two",
      "x-marked": "three",
      "x-plain": "four",
    }).markSensitive("X-Marked"),
    callCredentials: callCredentials(() => ({ "x-given": "five" }), { allowPlaintext: true }),
  });
  const bytes = Buffer.concat(sent).toString("latin1");
  // RFC 7541 §6.2.3: 0001, then the index of the name, or 0 and the name.
  for (const field of ["\x1f\x08\x03one", "\x1f\x11\x03two", "\x10\x08x-marked\x05three", "\x10\x07x-given\x04five"]) {
    assert.ok(bytes.includes(field), JSON.stringify(field));
  }
  assert.ok(bytes.includes("\x00\x07x-plain\x04four"), "others are only not indexed");
});

test("requests that stream wait for the credentials, in order", async (t) => {
  const points: number[] = [];
  const server = createServer().addPartial(RouteGuide, {
    async recordRoute(requests) {
      for await (const { latitude } of requests) points.push(latitude);
      return { pointCount: points.length };
    },
  });
  t.after(() => server.shutdown({ graceMs: 0 }));
  const channel = createInMemoryChannel(server, {
    callCredentials: callCredentials(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return { authorization: "x" };
    }),
  });
  t.after(() => channel.close());
  const call = createClient(RouteGuide, channel).recordRoute();
  for (const latitude of [1, 2, 3]) await call.send({ latitude });
  call.end();
  assert.equal((await call.result()).pointCount, 3);
  assert.deepEqual(points, [1, 2, 3]);
});

test("what came with a call may go on as credentials, without what another client said of itself", async (t) => {
  const came = Metadata.fromWire([
    ["user-agent", "grpc-go/1.60"],
    ["authorization", "Bearer theirs"],
  ]);
  const { client, received, channel } = inMemory(t, { callCredentials: callCredentials(() => came) });
  await client.getFeature(HERE);
  await client.getFeature(HERE, { metadata: came });
  for (const metadata of received) {
    assert.equal(metadata.getAll("user-agent").length, 1);
    assert.match(String(metadata.get("user-agent")), /^gannet/);
  }
  assert.deepEqual(received[1]?.getAll("authorization"), ["Bearer theirs", "Bearer theirs"]);
  assert.equal(channel.stats().calls.succeeded, 2);
});

test("a source that gives something else than metadata fails the call, and what it gave is not told", async (t) => {
  for (const wrong of ["Bearer secret", new Map([["authorization", "secret"]]), undefined, 7]) {
    const { client, received } = inMemory(t, { callCredentials: callCredentials(() => wrong as never) });
    const error = await client.getFeature(HERE).catch((error: unknown) => error);
    assert.ok(GrpcError.is(error, "UNAUTHENTICATED"), String(error));
    assert.match(error.reason, /metadata is a Metadata or a plain object, not (String|Map|Undefined|Number)/);
    assert.doesNotMatch(error.reason, /secret/);
    assert.equal(received.length, 0);
  }
});

test("what was not made by callCredentials is misuse", () => {
  assert.throws(() => callCredentials("token" as never), { code: "GANNET_INVALID_ARGUMENT" });
  assert.throws(() => callCredentials(() => ({}), { plaintext: true } as object), { code: "GANNET_UNKNOWN_OPTION" });
  const wrong = { callCredentials: tls() as never };
  assert.throws(() => createChannel("http://a", wrong), {
    code: "GANNET_INVALID_OPTION",
    message: /made by callCredentials\(\); tls\(\) and insecure\(\) are for the option credentials/,
  });
});
