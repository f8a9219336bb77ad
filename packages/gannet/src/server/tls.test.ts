/** Servers and channels over TLS, on sockets: who is believed, what is said of who is not, and identities that change. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectPlainly } from "node:net";
import { type TestContext, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { connect } from "node:tls";
import { createChannel, insecure, type TlsOptions, tls } from "../channel/index.ts";
import { createClient } from "../client/index.ts";
import { RouteGuide } from "../client/testdata/route_guide_pb.ts";
import type { GrpcEvent, Peer } from "../core/index.ts";
import type { ListenTlsOptions, TlsIdentity } from "../net/index.ts";
import { createCertificate } from "../testing/index.ts";
import { createServer } from "./grpc-server.ts";

const DAY_MS = 86_400_000;
const ca = createCertificate(["the CA"]);
const serverIdentity = createCertificate(["localhost", "127.0.0.1"], { signedBy: ca });
const clientIdentity = createCertificate(["orders.internal", "spiffe://example.org/orders"], {
  signedBy: ca,
  commonName: "orders",
});
const otherCa = createCertificate(["another CA"]);

class TlsServer {
  readonly events: GrpcEvent[] = [];
  readonly peers: Peer[] = [];
  address = "";
  readonly #server = createServer({ onEvent: (event) => this.events.push(event) });
  #release: () => void = () => {};
  /** Until then streams go on. */
  readonly #released = new Promise<void>((resolve) => {
    this.#release = resolve;
  });

  static async start(t: TestContext, options: Partial<ListenTlsOptions> | undefined): Promise<TlsServer> {
    const server = new TlsServer();
    const released = server.#released;
    server.#server.addPartial(RouteGuide, {
      getFeature(point, call) {
        server.peers.push(call.peer);
        return { name: "here", location: point };
      },
      async *listFeatures() {
        yield { name: "first" };
        await released;
        yield { name: "last" };
      },
    });
    const listened = await server.#server.listen("127.0.0.1:0", options && { tls: { ...serverIdentity, ...options } });
    server.address = listened.address;
    t.after(() => server.#server.shutdown({ graceMs: 0 }));
    return server;
  }

  release(): void {
    this.#release();
  }

  problems(): string[] {
    return this.events
      .filter(({ name }) => name === "connection-failed")
      .map(({ fields }) => String(fields["message"]));
  }

  client(t: TestContext, options: TlsOptions | undefined, events: GrpcEvent[] = []) {
    const credentials = options === undefined ? insecure() : tls({ ca: ca.cert, ...options });
    const channel = createChannel(this.address, { credentials, onEvent: (event) => events.push(event) });
    t.after(() => channel.close());
    return createClient(RouteGuide, channel);
  }
}

const HERE = { latitude: 1 };

/** What is told soon, but behind the other side. */
async function until<T>(find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("a client with a certificate is known to handlers", async (t) => {
  const server = await TlsServer.start(t, { ca: ca.cert, clientCertificates: "require" });
  await server.client(t, clientIdentity).getFeature(HERE);
  const [peer] = server.peers;
  assert.equal(peer?.identity?.commonName, "orders");
  assert.deepEqual(peer?.identity?.dnsNames, ["orders.internal"]);
  assert.deepEqual(peer?.identity?.uris, ["spiffe://example.org/orders"]);
  assert.equal(peer?.identity?.issuer, "CN=the CA");
  assert.deepEqual(peer?.tls, { protocol: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" });
  assert.equal(peer?.identity, peer?.identity);
});

test("a client without a certificate has no identity where one is only asked for, nor where none is", async (t) => {
  const asking = await TlsServer.start(t, { ca: ca.cert, clientCertificates: "request" });
  await asking.client(t, {}).getFeature(HERE);
  await asking.client(t, clientIdentity).getFeature(HERE);
  assert.deepEqual(
    asking.peers.map(({ identity, certificate }) => [identity?.commonName, certificate === undefined]),
    [
      [undefined, true],
      ["orders", false],
    ],
  );
  const silent = await TlsServer.start(t, {});
  await silent.client(t, clientIdentity).getFeature(HERE);
  assert.equal(silent.peers[0]?.identity, undefined);
  assert.equal(silent.peers[0]?.tls?.protocol, "TLSv1.3");
});

test("a peer over plaintext has neither identity nor encryption", async (t) => {
  const server = await TlsServer.start(t, undefined);
  await server.client(t, undefined).getFeature(HERE);
  assert.deepEqual([server.peers[0]?.identity, server.peers[0]?.tls], [undefined, undefined]);
});

for (const clientCertificates of ["request", "require"] as const) {
  test(`a certificate of another CA, or out of date, ends the connection with "${clientCertificates}"`, async (t) => {
    const server = await TlsServer.start(t, { ca: ca.cert, clientCertificates });
    const strangers: readonly (readonly [TlsOptions, RegExp])[] = [
      [createCertificate(["orders.internal"], { signedBy: otherCa, commonName: "orders" }), /its CA is not known/],
      [createCertificate(["orders.internal"], { commonName: "orders" }), /self-signed/],
      [createCertificate(["orders"], { signedBy: ca, validTo: new Date(Date.now() - DAY_MS / 2) }), /has expired/],
      [createCertificate(["orders"], { signedBy: ca, validFrom: new Date(Date.now() + DAY_MS / 2) }), /not valid yet/],
    ];
    for (const [index, [stranger, problem]] of strangers.entries()) {
      const { ca: _, ...own } = stranger;
      await assert.rejects(server.client(t, own).getFeature(HERE).response, {
        code: "UNAVAILABLE",
        reason: /right behind the TLS handshake; perhaps it does not trust our certificate/,
      });
      assert.match(await until(() => server.problems()[index]), problem);
    }
    assert.equal(server.peers.length, 0);
  });
}

test("a client without the certificate that is required is told so, and so is the server", async (t) => {
  const server = await TlsServer.start(t, { ca: ca.cert, clientCertificates: "require" });
  await assert.rejects(server.client(t, {}).getFeature(HERE).response, {
    code: "UNAVAILABLE",
    reason: /the server asks for a client certificate: give tls\(\) a cert and key/,
  });
  assert.match(
    await until(() => server.problems()[0]),
    /the client has no certificate, which clientCertificates: "require"/,
  );
});

test("a server that is not the right one is refused, with what to do", async (t) => {
  const cases: readonly (readonly [Partial<ListenTlsOptions>, TlsOptions, RegExp])[] = [
    [
      {},
      { ca: otherCa.cert },
      /TLS with 127.*the server's certificate is not trusted: its CA is not known: give that as ca/,
    ],
    [
      {},
      { serverName: "bank.example" },
      /is for DNS:localhost, IP Address:127\.0\.0\.1, and not for bank\.example: .*serverName right/,
    ],
    [createCertificate(["127.0.0.1"]), {}, /the server's certificate is not trusted: it is self-signed: give it as ca/],
    [createCertificate(["127.0.0.1"], { signedBy: ca, validTo: new Date(Date.now() - 1000) }), {}, /has expired/],
    [
      createCertificate(["127.0.0.1"], { signedBy: ca, validFrom: new Date(Date.now() + DAY_MS / 2) }),
      {},
      /not valid yet/,
    ],
  ];
  for (const [listen, options, reason] of cases) {
    const server = await TlsServer.start(t, listen);
    await assert.rejects(server.client(t, options).getFeature(HERE).response, { code: "UNAVAILABLE", reason });
  }
});

test("plaintext and TLS that meet say who speaks what, on both sides", async (t) => {
  const encrypted = await TlsServer.start(t, {});
  await assert.rejects(encrypted.client(t, undefined).getFeature(HERE).response, {
    code: "UNAVAILABLE",
    reason: /perhaps it speaks TLS there/,
  });
  assert.match(await until(() => encrypted.problems()[0]), /the client sent plaintext/);
  const plain = await TlsServer.start(t, undefined);
  await assert.rejects(plain.client(t, {}).getFeature(HERE).response, {
    code: "UNAVAILABLE",
    reason: /TLS with 127.*(?:does not speak TLS|does the server speak TLS there|TLS failed|unexpected message)/,
  });
});

test("a client that does not finish its handshake is let go", async (t) => {
  const server = await TlsServer.start(t, { handshakeTimeoutMs: 30 });
  const [host = "", port = ""] = server.address.split(":");
  const socket = connectPlainly(Number(port), host);
  await new Promise((resolve) => socket.once("close", resolve).resume());
  assert.match(await until(() => server.problems()[0]), /the client took too long/);
});

test("a server has other identities for other names", async (t) => {
  const api = createCertificate(["api.example.com"], { signedBy: ca });
  const wild = createCertificate(["*.example.org"], { signedBy: ca });
  const server = await TlsServer.start(t, {
    ca: ca.cert,
    clientCertificates: "request",
    serverNames: { "API.example.com": api, "*.example.org": async () => wild },
  });
  for (const serverName of ["api.example.com", "a.example.org", "localhost"]) {
    await server.client(t, { serverName, ...clientIdentity }).getFeature(HERE);
  }
  assert.deepEqual(
    server.peers.map(({ identity }) => identity?.commonName),
    ["orders", "orders", "orders"],
  );
  await assert.rejects(
    server.client(t, { serverName: "a.b.example.org" }).getFeature(HERE).response,
    /and not for a\.b\.example\.org/,
  );
});

test("options that contradict each other are misuse, before anything listens", async () => {
  const { cert, key } = serverIdentity;
  const cases: readonly (readonly [object, RegExp])[] = [
    [{}, /a server needs cert and key, or identity/],
    [{ cert, key, ca: ca.cert }, /ca is about certificates of clients: say clientCertificates/],
    [{ cert, key, clientCertificates: "require" }, /"require" needs ca/],
    [{ cert, key, clientCertificates: "yes" }, /clientCertificates is "none", "request" or "require"/],
    [{ cert, key, identity: () => serverIdentity }, /identity takes the place of cert, key and ca/],
    [{ identity: () => ({ ca: ca.cert }) }, /a server needs cert and key/],
    [
      { cert, key, serverNames: { "a.example": { cert, key: ca.key } } },
      /serverNames\["a\.example"\]: tls: cert and key do not/,
    ],
    [{ cert, key, requestCert: true }, /tls has no option "requestCert"/],
  ];
  for (const [options, message] of cases) {
    await assert.rejects(createServer().listen("127.0.0.1:0", { tls: options as ListenTlsOptions }), { message });
  }
  assert.throws(() => tls({ identity: () => serverIdentity, ca: ca.cert }), /identity takes the place/);
  assert.throws(() => tls({ serverName: "" }), /serverName is a host name/);
});

test("identities change on both sides while calls run, and no call is lost", async (t) => {
  const secondCa = createCertificate(["the second CA"]);
  const first = { server: { ...serverIdentity, ca: ca.cert }, client: { ...clientIdentity, ca: ca.cert } };
  const second = {
    server: { ...createCertificate(["127.0.0.1"], { signedBy: secondCa }), ca: secondCa.cert },
    client: { ...createCertificate(["billing"], { signedBy: secondCa }), ca: secondCa.cert },
  };
  let now: { readonly server: TlsIdentity; readonly client: TlsIdentity } = first;
  const peers: Peer[] = [];
  const serverEvents: string[] = [];
  const channelEvents: string[] = [];
  const server = createServer({ onEvent: ({ name }) => serverEvents.push(name) });
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.addPartial(RouteGuide, {
    getFeature(_, call) {
      peers.push(call.peer);
      return { name: "here" };
    },
    async *listFeatures() {
      yield { name: "before" };
      await released;
      yield { name: "behind" };
    },
  });
  const { address } = await server.listen("127.0.0.1:0", {
    tls: { identity: async () => now.server, clientCertificates: "require" },
  });
  t.after(() => server.shutdown({ graceMs: 0 }));
  const credentials = tls({ identity: () => now.client });
  const open = () => {
    const channel = createChannel(address, { credentials, onEvent: ({ name }) => channelEvents.push(name) });
    t.after(() => channel.close());
    return createClient(RouteGuide, channel);
  };

  const old = open();
  const stream = old.listFeatures({});
  assert.equal((await stream.next()).value?.name, "before");
  const running = Array.from({ length: 50 }, () => old.getFeature(HERE).response);
  now = second;
  const young = open();
  const calls = Array.from({ length: 50 }, () => [old.getFeature(HERE), young.getFeature(HERE)]).flat();
  await Promise.all([...running, ...calls]);
  release();
  assert.equal((await stream.next()).value?.name, "behind");
  assert.deepEqual(new Set(peers.map(({ identity }) => identity?.commonName)), new Set(["orders", "billing"]));
  assert.equal(peers.length, 150);
  assert.ok(serverEvents.includes("identity-changed"));
  assert.ok(!channelEvents.includes("identity-refused"));

  // Whoever still has the old one is refused now.
  now = { ...second, client: { ...first.client, ca: secondCa.cert } };
  await assert.rejects(open().getFeature(HERE).response, { code: "UNAVAILABLE" });
});

test("a TLS session of before a change of CA is not taken up again", async (t) => {
  let identity: TlsIdentity = { ...serverIdentity, ca: ca.cert };
  const server = await TlsServer.start(t, {
    cert: undefined,
    key: undefined,
    identity: () => identity,
    clientCertificates: "require",
  });
  const [host = "", port = ""] = server.address.split(":");
  const open = (session?: Buffer) =>
    connect({
      host,
      port: Number(port),
      ca: ca.cert,
      cert: clientIdentity.cert,
      key: clientIdentity.key,
      ALPNProtocols: ["h2"],
      servername: "localhost",
      maxVersion: "TLSv1.2",
      ...(session === undefined ? {} : { session }),
    });
  const resumed = async (session?: Buffer) => {
    const socket = open(session);
    const settled = await new Promise<{ reused: boolean; session: Buffer | undefined }>((resolve) => {
      socket.once("secureConnect", () => resolve({ reused: socket.isSessionReused(), session: socket.getSession() }));
      socket.once("error", () => resolve({ reused: false, session: undefined }));
    });
    socket.on("error", () => {}).destroy();
    return settled;
  };
  const { session } = await resumed();
  assert.ok(session !== undefined);
  assert.equal((await resumed(session)).reused, true);
  identity = { ...serverIdentity, ca: otherCa.cert };
  assert.equal((await resumed(session)).reused, false);
});

test("no more clients than maxConnections are in their handshake, and those beyond it are let go", async (t) => {
  const problems: unknown[] = [];
  const server = createServer({
    maxConnections: 2,
    onEvent: ({ name, fields }) => {
      if (name === "connection-failed") problems.push(fields["message"]);
    },
  });
  t.after(() => server.shutdown({ graceMs: 0 }));
  const { port } = await server.listen("127.0.0.1:0", { tls: serverIdentity });
  const silent = Array.from({ length: 5 }, () => connectPlainly(port, "127.0.0.1"));
  await new Promise<void>((resolve) => {
    let closed = 0;
    for (const socket of silent) socket.resume().once("close", () => ++closed === 3 && resolve());
  });
  assert.deepEqual(problems, Array(3).fill("TLS handshake: too many are under way"));
  for (const socket of silent) socket.destroy();
});

test("a client that speaks TLS to a plaintext server is told so, and so is the server", async (t) => {
  const server = await TlsServer.start(t, undefined);
  await assert.rejects(server.client(t, {}).getFeature(HERE).response, {
    code: "UNAVAILABLE",
    reason: /the server answers in plaintext: it does not speak TLS there \(http:\/\/ or insecure\(\) would fit\)/,
  });
  assert.deepEqual(server.problems(), ["the client sent TLS, but this listener is plaintext"]);
});

test("the server tells the address of a client that closed the connection in its handshake", async (t) => {
  const server = await TlsServer.start(t, {});
  const socket = connectPlainly(Number(server.address.split(":").at(-1)), "127.0.0.1");
  await once(socket, "connect");
  const port = socket.localPort;
  // The start of a handshake, and no more.
  socket.write(Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01));
  await nextTurn();
  socket.destroy();
  const event = await until(() => server.events.find(({ name }) => name === "connection-failed"));
  assert.equal(event.fields["peer"], `127.0.0.1:${port}`);
});
