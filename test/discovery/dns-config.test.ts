/** Service configs that a name server on loopback has, as channels find them (gRFCs A2, A21). */
import assert from "node:assert/strict";
import { hostname } from "node:os";
import { test } from "node:test";
import type { ChannelOptions } from "gannet";
import { answersBecome, type Bench, dns, HALF_MINUTE_MS, NAME, open, settle } from "./zoo.ts";

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
