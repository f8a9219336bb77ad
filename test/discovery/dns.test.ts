/** Names that a name server on loopback has, as channels find them: servers, service configs, and what goes wrong. */
import assert from "node:assert/strict";
import { hostname } from "node:os";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  type ChannelOptions,
  type Client,
  createChannel,
  createClient,
  createServer,
  GrpcError,
  type GrpcEvent,
  insecure,
  type Server,
} from "gannet";
import { VirtualClock } from "gannet/testing";
import { runToEnd } from "../interop/program/running-program.ts";
import { Probe } from "../robustness/probe_pb.ts";
import { DnsServer } from "./dns-server.ts";

const NAME = "zoo.example";
const HALF_MINUTE_MS = 30_000;

const dns = await DnsServer.listen();
/** Servers on several addresses of loopback, all on this port. */
const servers = new Map<string, Server>();
let port = 0;
await startServer("127.0.0.1");
await startServer("127.0.0.2");
await startServer("[::1]");

after(async () => {
  await Promise.all([...servers.values()].map((server) => server.shutdown({ graceMs: 0 })));
  await dns.close();
});

/** A server that answers with its address. */
async function startServer(address: string, options: Parameters<typeof createServer>[0] = {}): Promise<void> {
  const server = createServer(options).addPartial(Probe, { unary: ({ n }) => ({ n, text: address }) });
  ({ port } = await server.listen(`${address}:${port}`));
  servers.set(address, server);
}

interface Bench {
  readonly clock: VirtualClock;
  readonly client: Client<typeof Probe>;
  readonly channel: ReturnType<typeof createChannel>;
  readonly events: GrpcEvent[];
  /** Who answers a call, or with what it fails. */
  call(): Promise<string>;
  close(): Promise<void>;
}

/** A channel whose time a test moves, to a name that the name server of this test knows. */
function open(options: ChannelOptions = {}, name = `${NAME}:${port}`): Bench {
  const clock = new VirtualClock();
  const events: GrpcEvent[] = [];
  const channel = createChannel(`dns://${dns.address}/${name}`, {
    credentials: insecure(),
    clock,
    onEvent: (event) => void events.push(event),
    ...options,
  });
  const client = createClient(Probe, channel);
  return {
    clock,
    client,
    channel,
    events,
    call: async () => {
      try {
        return (await client.unary({})).text;
      } catch (error) {
        return GrpcError.is(error) ? `${error.code}: ${error.reason}` : String(error);
      }
    },
    close: () => channel.close(),
  };
}

/** Makes calls until the answers of so many one after the other are these. */
async function answersBecome(bench: Bench, expected: readonly string[]): Promise<void> {
  const wanted = expected.toSorted().join();
  let seen = "";
  // Each call takes its turns of the event loop, in which connections are made.
  for (let round = 0; round < 2_000; round++) {
    const answers: string[] = [];
    for (const _ of expected) answers.push(await bench.call());
    seen = answers.toSorted().join();
    if (seen === wanted) return;
  }
  assert.equal(seen, wanted);
}

/** Lets what a name server has answered come in. */
async function settle(bench: Bench): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((done) => setTimeout(done, 1));
    await bench.clock.advance(0);
  }
}

test("A and AAAA records are addresses, and round_robin uses all of them", async () => {
  dns.set(NAME, { A: ["127.0.0.1", "127.0.0.2"], AAAA: ["::1"] });
  const bench = open({ loadBalancing: "round_robin" });
  await answersBecome(bench, ["127.0.0.1", "127.0.0.2", "[::1]"]);
  await bench.close();
});

test("a name of one family is used as it is", async () => {
  for (const [records, answer] of [
    [{ A: ["127.0.0.2"] }, "127.0.0.2"],
    [{ AAAA: ["::1"] }, "[::1]"],
  ] as const) {
    dns.set(NAME, records);
    const bench = open();
    assert.equal(await bench.call(), answer);
    await bench.close();
  }
});

test("names are looked up anew by the timer, whatever TTL their records have", async () => {
  dns.set(NAME, { A: ["127.0.0.1"] });
  const bench = open({ loadBalancing: "round_robin", dns: { refreshIntervalMs: 60_000 } });
  assert.equal(await bench.call(), "127.0.0.1");
  const before = dns.count(NAME);
  dns.set(NAME, { A: ["127.0.0.2"] });
  await bench.clock.advance(59_999);
  assert.equal(dns.count(NAME), before);
  await bench.clock.advance(1);
  await dns.waitForCount(NAME, before + 1);
  await answersBecome(bench, ["127.0.0.2"]);
  await bench.close();
});

test("a refresh that is shorter than the least interval waits for that", async () => {
  dns.set(NAME, { A: ["127.0.0.1"] });
  const bench = open({ dns: { refreshIntervalMs: 1_000 } });
  await bench.call();
  const before = dns.count(NAME);
  await bench.clock.advance(HALF_MINUTE_MS - 1);
  await settle(bench);
  assert.equal(dns.count(NAME), before);
  await bench.clock.advance(1);
  await dns.waitForCount(NAME, before + 1);
  await bench.close();
});

test("a server's GOAWAY has the name looked up anew, but not within half a minute of the last time", async () => {
  await startServer("127.0.0.3");
  dns.set(NAME, { A: ["127.0.0.3"] });
  const bench = open();
  assert.equal(await bench.call(), "127.0.0.3");
  const before = dns.count(NAME);
  dns.set(NAME, { A: ["127.0.0.1"] });
  await bench.clock.advance(10_000);
  await servers.get("127.0.0.3")?.shutdown();
  servers.delete("127.0.0.3");
  await settle(bench);
  assert.ok(bench.events.some(({ name }) => name === "goaway"));
  await bench.clock.advance(HALF_MINUTE_MS - 10_001);
  assert.equal(dns.count(NAME), before);
  await bench.clock.advance(1);
  await dns.waitForCount(NAME, before + 1);
  await answersBecome(bench, ["127.0.0.1"]);
  await bench.close();
});

test("an address that cannot be reached has the name looked up anew, and calls that wait find the new one", async () => {
  dns.set(NAME, { A: ["127.0.0.9"] });
  const bench = open();
  assert.match(await bench.call(), /^UNAVAILABLE: connect ECONNREFUSED 127\.0\.0\.9/);
  const waiting = bench.client.unary({}, { waitForReady: true });
  const answered = waiting.then(({ text }) => text);
  const before = dns.count(NAME);
  dns.set(NAME, { A: ["127.0.0.2"] });
  await bench.clock.advance(HALF_MINUTE_MS);
  await dns.waitForCount(NAME, before + 1);
  await settle(bench);
  assert.equal(await answered, "127.0.0.2");
  await bench.close();
});

test("a name that nobody has, or without addresses, fails calls with that, and is asked for with backoff", async () => {
  for (const [prepare, reason] of [
    [() => dns.remove(NAME), /^UNAVAILABLE: cannot resolve zoo\.example: queryA ENOTFOUND zoo\.example$/],
    [
      () => dns.set(NAME, { TXT: [["nothing"]] }),
      /^UNAVAILABLE: cannot resolve zoo\.example: queryA ENODATA zoo\.example$/,
    ],
    [() => dns.fail(NAME, "REFUSED"), /^UNAVAILABLE: cannot resolve zoo\.example: queryA EREFUSED zoo\.example$/],
    [() => dns.fail(NAME, "SERVFAIL"), /^UNAVAILABLE: cannot resolve zoo\.example: queryA ESERVFAIL zoo\.example$/],
  ] as const) {
    prepare();
    const bench = open();
    assert.match(await bench.call(), reason);
    const before = dns.count(NAME);
    dns.set(NAME, { A: ["127.0.0.1"] });
    const waiting = bench.client.unary({}, { waitForReady: true });
    const answered = waiting.then(({ text }) => text);
    // A second, give or take a fifth.
    await bench.clock.advance(799);
    assert.equal(dns.count(NAME), before);
    await bench.clock.advance(402);
    await dns.waitForCount(NAME, before + 1);
    await settle(bench);
    assert.equal(await answered, "127.0.0.1");
    await bench.close();
  }
});

test("what was found stays in use when the name cannot be looked up any more", async () => {
  dns.set(NAME, { A: ["127.0.0.1"] });
  const bench = open({ dns: { refreshIntervalMs: 30_000 } });
  assert.equal(await bench.call(), "127.0.0.1");
  for (const how of ["SERVFAIL", "silence"] as const) {
    dns.fail(NAME, how);
    const before = dns.count(NAME);
    await bench.clock.advance(HALF_MINUTE_MS);
    await dns.waitForCount(NAME, before + 1);
    await settle(bench);
    assert.equal(await bench.call(), "127.0.0.1");
  }
  await bench.close();
});

test("a name server that does not answer has failed after half a minute", async () => {
  dns.fail(NAME, "silence");
  const before = dns.count(NAME);
  const bench = open();
  const outcome = bench.call();
  await dns.waitForCount(NAME, before + 1);
  await bench.clock.advance(HALF_MINUTE_MS);
  assert.equal(await outcome, "UNAVAILABLE: cannot resolve zoo.example: no answer in 30 s");
  await bench.close();
});

test("a closed channel waits for no answer: the process ends", async () => {
  dns.fail(NAME, "silence");
  const file = fileURLToPath(new URL("unanswered-process.js", import.meta.url));
  const { code, stdout, stderr } = await runToEnd({ file: process.execPath, args: [file, dns.address] }, 60_000);
  assert.deepEqual([code, stdout, stderr], [0, "closed: the channel was closed\n", ""]);
});

test("an answer that is too long for a datagram comes over TCP", async () => {
  const A = Array.from({ length: 60 }, (_, index) => `127.0.1.${index + 1}`);
  dns.set(NAME, { A: ["127.0.0.2", ...A] });
  const before = dns.asked.length;
  const bench = open();
  assert.equal(await bench.call(), "127.0.0.2");
  const overTcp = dns.asked.slice(before).filter(({ over, type }) => over === "tcp" && type === "A");
  assert.equal(overTcp.length, 1);
  await bench.close();
});

test("SRV records give names and ports; the next priority is used where the first has no addresses", async () => {
  const service = `_grpc._tcp.${NAME}`;
  const at = (target: string, priority: number) => ({ target, port, priority, weight: 1 });
  dns.set("a.zoo.example", { A: ["127.0.0.1"] });
  dns.set("b.zoo.example", { AAAA: ["::1"] });
  dns.set("spare.zoo.example", { A: ["127.0.0.2"] });
  dns.set(service, {
    SRV: [at("a.zoo.example", 1), at("gone.zoo.example", 1), at("spare.zoo.example", 2), at("b.zoo.example", 1)],
  });
  const options: ChannelOptions = { loadBalancing: "round_robin", dns: { srv: true } };
  const bench = open(options, service);
  await answersBecome(bench, ["127.0.0.1", "[::1]"]);
  await bench.close();

  dns.remove("a.zoo.example");
  dns.remove("b.zoo.example");
  const later = open(options, service);
  assert.equal(await later.call(), "127.0.0.2");
  await later.close();

  dns.remove("spare.zoo.example");
  const none = open(options, service);
  assert.match(await none.call(), /^UNAVAILABLE: cannot resolve _grpc\._tcp\.zoo\.example: queryA ENOTFOUND \w+\.zoo/);
  await none.close();
});

// ---- gRFC A2 ----------------------------------------------------------------------------

const CONFIGURED: ChannelOptions = { dns: { serviceConfig: true, refreshIntervalMs: HALF_MINUTE_MS } };

/** A record as RFC 1464 has it, in strings of at most 255 bytes. */
function configRecord(choices: unknown): string[] {
  const text = `grpc_config=${typeof choices === "string" ? choices : JSON.stringify(choices)}`;
  return text.match(/[\s\S]{1,255}/g) ?? [];
}

function setConfig(choices: unknown): void {
  dns.set(NAME, { A: ["127.0.0.1", "127.0.0.2"] });
  dns.set(`_grpc_config.${NAME}`, { TXT: [["v=spf1 -all"], configRecord(choices)] });
}

test("A2: a config in TXT records of the name with its prefix, in several strings and over TCP, is in use", async () => {
  const service = `zoo.${"Very".repeat(150)}LongName`;
  setConfig([
    {
      serviceConfig: {
        loadBalancingConfig: [{ round_robin: {} }],
        methodConfig: [{ name: [{ service }], timeout: "1s" }],
      },
    },
  ]);
  const before = dns.asked.length;
  const bench = open(CONFIGURED);
  await answersBecome(bench, ["127.0.0.1", "127.0.0.2"]);
  const asked = dns.asked.slice(before).filter(({ type }) => type === "TXT");
  assert.deepEqual(
    asked.map(({ name, over }) => `${name} ${over}`),
    [`_grpc_config.${NAME} udp`, `_grpc_config.${NAME} tcp`],
  );
  await bench.close();
});

test("A2: nobody asks for a config unless told to", async () => {
  setConfig([{ serviceConfig: { loadBalancingPolicy: "round_robin" } }]);
  const before = dns.asked.length;
  const bench = open();
  assert.deepEqual(new Set([await bench.call(), await bench.call(), await bench.call()]), new Set(["127.0.0.1"]));
  assert.ok(!dns.asked.slice(before).some(({ type }) => type === "TXT"));
  await bench.close();
});

test("A2: the first choice wins of which all criteria match, whatever case a language is in", async () => {
  const policyOf = (loadBalancingPolicy: string) => ({ loadBalancingPolicy });
  const matching = { serviceConfig: policyOf("round_robin") };
  const other = { serviceConfig: policyOf("pick_first") };
  const own = hostname();
  for (const first of [
    { clientLanguage: ["go", "c++"] },
    { clientHostname: [`${own}.elsewhere`] },
    { percentage: 0 },
    { clientLanguage: ["node"], clientHostname: [own], percentage: 0 },
  ]) {
    setConfig([{ ...first, ...other }, matching, other]);
    const bench = open(CONFIGURED);
    await answersBecome(bench, ["127.0.0.1", "127.0.0.2"]);
    await bench.close();
  }
  for (const first of [
    { clientLanguage: ["TypeScript"] },
    { clientLanguage: ["Go", "NODE"], clientHostname: ["elsewhere", own], percentage: 100 },
    { clientLanguage: [], clientHostname: [] },
  ]) {
    setConfig([{ ...first, ...matching }, other]);
    const bench = open(CONFIGURED);
    await answersBecome(bench, ["127.0.0.1", "127.0.0.2"]);
    await bench.close();
  }
});

test("A2: an unexpected field, a wrong percentage or what is no config makes all choices void", async () => {
  const good = { serviceConfig: {} };
  const cases: readonly [unknown, RegExp][] = [
    [[{ ...good, percent: 5 }], /nobody knows the field grpc_config\[0\]\.percent$/],
    [[good, { ...good, percent: 5 }], /nobody knows the field grpc_config\[1\]\.percent$/],
    [[{ ...good, percentage: 101 }], /percentage: expected a whole number from 0 to 100, got 101$/],
    [[{ ...good, percentage: 1.5 }], /percentage: expected a whole number from 0 to 100, got 1\.5$/],
    [[{ ...good, percentage: -1 }], /percentage: expected a whole number from 0 to 100, got -1$/],
    [[{ ...good, percentage: "5" }], /percentage: expected a whole number from 0 to 100, got "5"$/],
    [[{ ...good, clientLanguage: "node" }], /clientLanguage: expected a list, got "node"$/],
    [[{ percentage: 50 }], /serviceConfig: expected a service config, got nothing$/],
    [[{ serviceConfig: "{}" }], /serviceConfig: expected a service config, got "\{\}"$/],
    [[{ serviceConfig: [] }], /serviceConfig: expected a service config, got \[\]$/],
    [{ serviceConfig: {} }, /grpc_config= expected a list of choices$/],
    ["[{", /JSON/],
  ];
  for (const [choices, reason] of cases) {
    setConfig(choices);
    const bench = open(CONFIGURED);
    const outcome = await bench.call();
    assert.match(outcome, /^UNAVAILABLE: the service config cannot be used: /);
    assert.match(outcome, reason);
    await bench.close();
  }
});

// ---- gRFC A21 ---------------------------------------------------------------------------

const ROUND_ROBIN = { loadBalancingConfig: [{ round_robin: {} }] };
const INVALID = { methodConfig: [{ name: [{}], timeout: "soon" }] };

/** Has the name looked up anew, and what was found taken. */
async function refresh(bench: Bench): Promise<void> {
  const before = dns.count(`_grpc_config.${NAME}`, "TXT");
  await bench.clock.advance(HALF_MINUTE_MS);
  await dns.waitForCount(`_grpc_config.${NAME}`, before + 1, "TXT");
  await settle(bench);
}

test("A21: only the chosen config is looked at, and no chosen one is no config", async () => {
  setConfig([
    { clientLanguage: ["go"], serviceConfig: INVALID },
    { serviceConfig: ROUND_ROBIN },
    { serviceConfig: INVALID },
  ]);
  const bench = open(CONFIGURED);
  await answersBecome(bench, ["127.0.0.1", "127.0.0.2"]);
  await bench.close();
  setConfig([{ clientLanguage: ["go"], serviceConfig: INVALID }]);
  const unchosen = open({ ...CONFIGURED, serviceConfig: ROUND_ROBIN });
  await answersBecome(unchosen, ["127.0.0.1", "127.0.0.2"]);
  await unchosen.close();
});

test("A21: without a config the channel's own holds, and without that an empty one", async () => {
  dns.set(NAME, { A: ["127.0.0.1", "127.0.0.2"] });
  dns.remove(`_grpc_config.${NAME}`);
  const bench = open({ ...CONFIGURED, serviceConfig: ROUND_ROBIN });
  await answersBecome(bench, ["127.0.0.1", "127.0.0.2"]);
  await bench.close();
  dns.set(`_grpc_config.${NAME}`, { TXT: [["v=spf1 -all"]] });
  const plain = open(CONFIGURED);
  assert.equal(await plain.call(), "127.0.0.1");
  await plain.close();
});

test("A21: a config that is invalid leaves the one before in use, or that there was none, and the addresses count", async () => {
  for (const [first, answers] of [
    [[{ serviceConfig: ROUND_ROBIN }], ["127.0.0.1", "127.0.0.2"]],
    [[], ["127.0.0.1", "127.0.0.1"]],
  ] as const) {
    setConfig(first);
    const bench = open(CONFIGURED);
    await answersBecome(bench, answers);
    setConfig([{ serviceConfig: INVALID }]);
    dns.set(NAME, { A: ["127.0.0.2"] });
    await refresh(bench);
    await answersBecome(bench, ["127.0.0.2"]);
    assert.ok(bench.events.some(({ name, level }) => name === "service-config" && level === "error"));
    setConfig([{ serviceConfig: ROUND_ROBIN }]);
    await refresh(bench);
    await answersBecome(bench, ["127.0.0.1", "127.0.0.2"]);
    await bench.close();
  }
});

test("A21: a client that never had a config fails calls with one that is invalid, and asks again with backoff", async () => {
  setConfig([{ serviceConfig: INVALID }]);
  const bench = open(CONFIGURED);
  const reason = 'methodConfig[0].timeout: expected a duration such as "1.5s", got "soon"';
  assert.equal(await bench.call(), `UNAVAILABLE: the service config cannot be used: ${reason}`);
  assert.equal(bench.channel.state, "transientFailure");
  const waiting = bench.client.unary({}, { waitForReady: true });
  const answered = waiting.then(({ n }) => n);
  const before = dns.count(`_grpc_config.${NAME}`, "TXT");
  setConfig([{ serviceConfig: ROUND_ROBIN }]);
  await bench.clock.advance(1_201);
  await dns.waitForCount(`_grpc_config.${NAME}`, before + 1, "TXT");
  await settle(bench);
  assert.equal(await answered, 0);
  await answersBecome(bench, ["127.0.0.1", "127.0.0.2"]);
  await bench.close();
});

test("A21: a client that was given a config uses that while what it finds is invalid", async () => {
  setConfig([{ serviceConfig: INVALID }]);
  const bench = open({ ...CONFIGURED, serviceConfig: ROUND_ROBIN });
  await answersBecome(bench, ["127.0.0.1", "127.0.0.2"]);
  await bench.close();
  const empty = open({ ...CONFIGURED, serviceConfig: {} });
  assert.equal(await empty.call(), "127.0.0.1");
  await empty.close();
});

test("A21: unknown fields are reported and otherwise passed over; known ones have to be right", async () => {
  setConfig([
    { serviceConfig: { ...ROUND_ROBIN, UnknownField: "value", methodConfig: [{ name: [{}], tmeout: "1s" }] } },
  ]);
  const bench = open(CONFIGURED);
  await answersBecome(bench, ["127.0.0.1", "127.0.0.2"]);
  const told = bench.events.filter(({ name }) => name === "service-config").map(({ fields }) => fields["reason"]);
  assert.deepEqual(told, ["nobody knows the field UnknownField", "nobody knows the field methodConfig[0].tmeout"]);
  await bench.close();
  for (const config of [
    { loadBalancingPolicy: "UnknownPolicy" },
    { loadBalancingConfig: [{ UnknownPolicy1: {} }, { UnknownPolicy2: {} }] },
    { methodConfig: {} },
    { methodConfig: [{ name: [{ service: "zoo.Zoo" }, { service: "zoo.Zoo" }] }] },
  ]) {
    setConfig([{ serviceConfig: config }]);
    const refused = open(CONFIGURED);
    assert.match(await refused.call(), /^UNAVAILABLE: the service config cannot be used: /);
    await refused.close();
  }
});

test("A21: a name server that fails to give the config is no reason to give up the one in use", async () => {
  setConfig([{ serviceConfig: ROUND_ROBIN }]);
  const bench = open(CONFIGURED);
  await answersBecome(bench, ["127.0.0.1", "127.0.0.2"]);
  dns.fail(`_grpc_config.${NAME}`, "SERVFAIL");
  await refresh(bench);
  await answersBecome(bench, ["127.0.0.1", "127.0.0.2"]);
  await bench.close();
  const fresh = open(CONFIGURED);
  assert.match(await fresh.call(), /^UNAVAILABLE: the service config cannot be used: queryTxt ESERVFAIL/);
  await fresh.close();
});
