/** Calls through a proxy that others wrote, to servers that only it can find (gRFC A1). */
import assert from "node:assert/strict";
import type { LookupAddress, LookupOptions } from "node:dns";
import { after, before, type TestContext, test } from "node:test";
import * as grpc from "@grpc/grpc-js";
import {
  type Channel,
  type ChannelOptions,
  createChannel,
  createClient,
  createServer,
  type GrpcEvent,
  insecure,
  rawService,
  tls,
} from "gannet";
import { createCertificate } from "gannet/testing";
import { Server as ProxyServer } from "proxy-chain";

const Echo = rawService("test.Echo", { Say: "unary", Repeat: "bidi_streaming" });
const identity = createCertificate(["backend.test", "127.0.0.1"]);
/** A megabyte, in messages that are larger than any frame. */
const MESSAGES = Array.from({ length: 16 }, (_, index) => Buffer.alloc(64 * 1024, index));

/** What the proxy was asked for, since a test began. */
let asked: string[] = [];
let users: string[] = [];
const proxy = new ProxyServer({
  host: "127.0.0.1",
  port: 0,
  prepareRequestFunction({ hostname, port, username, password }) {
    asked.push(`${hostname}:${port}`);
    users.push(`${username}:${password}`);
    return {
      requestAuthentication: hostname === "secret.test" && password !== "geheim",
      // Names that nobody else knows.
      dnsLookup: ((_: string, options: LookupOptions, done: (...found: unknown[]) => void) => {
        const one: LookupAddress = { address: "127.0.0.1", family: 4 };
        if (options.all === true) done(null, [one]);
        else done(null, one.address, one.family);
      }) as never,
    };
  },
});
const server = createServer();
server.add(Echo, { say: (request) => request, repeat: (requests) => requests });
let plainPort = 0;
let securePort = 0;

before(async () => {
  await proxy.listen();
  plainPort = (await server.listen("127.0.0.1:0")).port;
  securePort = (await server.listen("127.0.0.1:0", { tls: identity })).port;
});

after(async () => {
  await proxy.close(true);
  await server.shutdown({ graceMs: 0 });
});

function open(t: TestContext, target: string, options: ChannelOptions = {}): Channel {
  asked = [];
  users = [];
  const channel = createChannel(target, { proxy: `http://127.0.0.1:${proxy.port}`, ...options });
  t.after(() => channel.close());
  return channel;
}

async function exchange(channel: Channel): Promise<void> {
  const echo = createClient(Echo, channel);
  const reply = await echo.say(Buffer.from("hello"), { timeoutMs: 20_000 });
  assert.equal(Buffer.from(reply).toString(), "hello");
  let at = 0;
  for await (const message of echo.repeat(MESSAGES)) assert.deepEqual(Buffer.from(message), MESSAGES[at++]);
  assert.equal(at, MESSAGES.length);
}

test("a name that only the proxy can look up is called through it", async (t) => {
  const channel = open(t, `http://backend.test:${plainPort}`);
  await exchange(channel);
  assert.deepEqual(asked, [`backend.test:${plainPort}`]);
  assert.equal(channel.subchannels()[0]?.connections()[0]?.remoteAddress, `backend.test:${plainPort}`);
});

test("with TLS the certificate is the server's", async (t) => {
  const credentials = tls({ ca: identity.cert });
  await exchange(open(t, `https://backend.test:${securePort}`, { credentials }));
  assert.deepEqual(asked, [`backend.test:${securePort}`]);
  const wrong = createClient(Echo, open(t, `https://other.test:${securePort}`, { credentials }));
  await assert.rejects(wrong.say(Buffer.from("hello")).response, {
    code: "UNAVAILABLE",
    message: /TLS with other.test:\d+ through the proxy 127.0.0.1:\d+: the server's certificate is for .*backend.test/,
  });
});

test("a server of grpc-js is called through it likewise", async (t) => {
  const theirs = new grpc.Server();
  t.after(() => theirs.forceShutdown());
  const bytes = (message: Buffer) => message;
  const say = {
    path: "/test.Echo/Say",
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  };
  theirs.addService(
    { say },
    { say: (call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) => done(null, call.request) },
  );
  const credentials = grpc.ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) => {
    theirs.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  const echo = createClient(Echo, open(t, `http://backend.test:${port}`));
  assert.equal(Buffer.from(await echo.say(Buffer.from("hello"))).toString(), "hello");
});

test("addresses are given to the proxy as they are, each backend its own tunnel", async (t) => {
  const credentials = insecure();
  const other = createServer();
  other.add(Echo, { say: (request) => request, repeat: (requests) => requests });
  t.after(() => other.shutdown({ graceMs: 0 }));
  const { port } = await other.listen("127.0.0.1:0");
  const channel = open(t, `ipv4:127.0.0.1:${plainPort},127.0.0.1:${port}`, {
    credentials,
    loadBalancing: "round_robin",
  });
  await channel.connect();
  for (let call = 0; call < 6; call++) await exchange(channel);
  assert.deepEqual(new Set(asked), new Set([`127.0.0.1:${plainPort}`, `127.0.0.1:${port}`]));
});

test("a proxy that asks for a password gets that of its URL, and says so where there is none", async (t) => {
  const target = `http://secret.test:${plainPort}`;
  await exchange(open(t, target, { proxy: `http://otto:geheim@127.0.0.1:${proxy.port}` }));
  assert.deepEqual(users, ["otto:geheim"]);
  const echo = createClient(Echo, open(t, target));
  await assert.rejects(echo.say(Buffer.from("hello")).response, {
    code: "UNAVAILABLE",
    message:
      /through the proxy [\d.:]+: it asks for a user and password, as in http:\/\/user:password@[\d.:]+: "HTTP\/1.1 407/,
  });
});

test("a server that is not there is told of with what the proxy does", async (t) => {
  const echo = createClient(Echo, open(t, "http://backend.test:1"));
  await assert.rejects(echo.say(Buffer.from("hello")).response, {
    code: "UNAVAILABLE",
    message:
      /^UNAVAILABLE: connect to backend.test:1 through the proxy 127.0.0.1:\d+: it closed the connection without an answer$/,
  });
});

test("what fails behind an open tunnel names the proxy, too", async (t) => {
  const { createServer: listen } = await import("node:net");
  const web = listen((socket) => {
    socket.on("error", () => {});
    socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  t.after(() => web.close());
  const bound = web.address();
  const port = typeof bound === "object" ? bound?.port : 0;
  const echo = createClient(Echo, open(t, `http://backend.test:${port}`));
  await assert.rejects(echo.say(Buffer.from("hello")).response, {
    code: "UNAVAILABLE",
    message: new RegExp(
      `^UNAVAILABLE: connect to backend.test:${port} through the proxy 127.0.0.1:${proxy.port}: .*HTTP/1`,
    ),
  });
});

test("a proxy that says nothing fails the attempt in its time, by name", async (t) => {
  const { createServer: listen } = await import("node:net");
  const silent = listen((socket) => socket.on("error", () => {}));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  t.after(() => silent.close());
  const bound = silent.address();
  const port = typeof bound === "object" ? bound?.port : 0;
  const channel = open(t, "http://backend.test:1", {
    proxy: `http://127.0.0.1:${port}`,
    minConnectTimeoutMs: 100,
    backoff: { initialMs: 100, jitter: 0 },
  });
  await assert.rejects(channel.connect(), {
    code: "UNAVAILABLE",
    message: `UNAVAILABLE: connect to backend.test:1 through the proxy 127.0.0.1:${port}: no answer in 0.1 s`,
  });
});

/** With these variables, and without those that the machine may have. */
function setEnvironment(t: TestContext, variables: Readonly<Record<string, string>>): void {
  for (const name of ["grpc_proxy", "https_proxy", "http_proxy", "no_grpc_proxy", "no_proxy"]) {
    const before = process.env[name];
    delete process.env[name];
    t.after(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
  Object.assign(process.env, variables);
}

test("the environment's proxy is used, the first variable that is set, but not for hosts that are excepted", async (t) => {
  const ours = `http://127.0.0.1:${proxy.port}`;
  const others = "http://127.0.0.1:1";
  const target = `http://backend.test:${plainPort}`;
  const cases: readonly (readonly [variables: Record<string, string>, isUsed: boolean, target?: string])[] = [
    [{ http_proxy: ours }, true],
    [{ https_proxy: ours, http_proxy: others }, true],
    [{ grpc_proxy: ours, https_proxy: others, http_proxy: others }, true],
    [{ grpc_proxy: "", https_proxy: ours, no_proxy: "elsewhere.test" }, true],
    [{ grpc_proxy: ours, no_grpc_proxy: "elsewhere.test", no_proxy: "backend.test" }, true],
    [{ grpc_proxy: ours, no_proxy: "backend.test" }, false],
    [{ grpc_proxy: ours, no_grpc_proxy: ".test" }, false],
    // This machine is called directly.
    [{ grpc_proxy: others }, true, `http://127.0.0.1:${plainPort}`],
    [{ grpc_proxy: others }, true, `http://localhost:${plainPort}`],
  ];
  for (const [variables, isUsed, to = target] of cases) {
    setEnvironment(t, variables);
    const channel = open(t, to, { proxy: undefined });
    if (isUsed) await exchange(channel);
    else await assert.rejects(channel.connect(), { code: "UNAVAILABLE", message: /cannot resolve backend.test/ });
    assert.deepEqual(asked, isUsed && to === target ? [`backend.test:${plainPort}`] : []);
  }
  setEnvironment(t, { grpc_proxy: ours });
  await assert.rejects(open(t, target, { proxy: false }).connect(), { message: /cannot resolve backend.test/ });
});

test("a proxy of the environment that cannot be used counts for nothing, and is told of", async (t) => {
  setEnvironment(t, { https_proxy: "https://otto:geheim@proxy:3128" });
  const events: GrpcEvent[] = [];
  const target = `http://127.0.0.1:${plainPort}`;
  await exchange(open(t, target, { proxy: undefined, onEvent: (event) => void events.push(event) }));
  const ignored = events.filter(({ name }) => name === "proxy-ignored");
  assert.deepEqual(
    ignored.map(({ level, fields }) => [level, fields["variable"]]),
    [["warning", "https_proxy"]],
  );
  assert.doesNotMatch(String(ignored[0]?.fields["reason"]), /geheim/);
});

test("an option that is no proxy is refused", () => {
  for (const [option, message] of [
    ["https://proxy:3128", /^proxy: a proxy is spoken to in plain HTTP/],
    [true, /^proxy is a text such as "http:\/\/proxy:3128", or false, not true/],
  ] as const) {
    const create = () => createChannel("http://localhost", { proxy: option as string });
    assert.throws(create, { name: "TypeError", code: "GANNET_INVALID_OPTION", message });
  }
});
