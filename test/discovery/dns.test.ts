/** Names that a name server on loopback has, as channels find them: servers, and what goes wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { ChannelOptions } from "gannet";
import { runToEnd } from "../interop/program/running-program.ts";
import { answersBecome, dns, HALF_MINUTE_MS, NAME, open, port, servers, settle, startServer } from "./zoo.ts";

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
