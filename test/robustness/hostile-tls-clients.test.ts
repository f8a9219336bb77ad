/** Clients that do not get through TLS, or misuse it: the server ends them, and serves the others. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { connect } from "node:tls";
import { createIdentityFiles } from "../interop/program/identity-files.ts";
import { Attacker, Victim } from "./victim.ts";
import { END_HEADERS, frame, GREETING, randomBytes, randomNumbers, requestBlock, Type } from "./wire.ts";

describe("a server with TLS", () => {
  let victim: Victim;
  before(async () => {
    const files = await createIdentityFiles();
    const identity = { cert: readFileSync(files.cert, "utf8"), key: readFileSync(files.key, "utf8") };
    files.remove();
    victim = await Victim.start(identity);
  });
  after(() => victim.end());

  const random = randomNumbers(4);
  const starts: readonly (readonly [name: string, say: Uint8Array])[] = [
    ["speaks HTTP/2 in plaintext", Buffer.concat([GREETING, frame(Type.Headers, END_HEADERS, 1, requestBlock)])],
    ["speaks HTTP/1 in plaintext", Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")],
    [
      "sends a ClientHello that is garbage",
      Buffer.from(`\x16\x03\x01\x00\x40\x01\x00\x00\x3c${"x".repeat(60)}`, "latin1"),
    ],
    ["sends a record of a version that is none", Buffer.from("\x16\x09\x09\x00\x01\x01", "latin1")],
    ["sends an alert", Buffer.from("\x15\x03\x03\x00\x02\x02\x28", "latin1")],
    ["sends 64 KiB of anything", randomBytes(random, 65_536)],
  ];
  for (const [name, say] of starts) {
    test(`ends a client that ${name}`, async () => {
      const attacker = await victim.connect();
      attacker.say(say);
      await attacker.closed;
      await victim.checkHealthy();
    });
  }

  test("outlives clients that break off in the handshake", async () => {
    for (const start of ["", "\x16", "\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03"]) {
      const attacker = await victim.connect();
      if (start !== "") attacker.say(Buffer.from(start, "latin1"));
      attacker.socket.destroy();
      await attacker.closed;
      const polite = await victim.connect();
      if (start !== "") polite.say(Buffer.from(start, "latin1"));
      polite.socket.end();
      await polite.closed;
    }
    await victim.checkHealthy();
  });

  for (const [name, protocols] of [
    ["offers no protocol", undefined],
    ["offers HTTP/1 alone", ["http/1.1"]],
  ] as const) {
    test(`ends a client that ${name} in ALPN`, async () => {
      const attacker = new Attacker(
        connect({ port: victim.port, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: protocols?.slice() }),
      );
      await attacker.closed;
      assert.equal(attacker.received.length, 0);
      await victim.checkHealthy();
    });
  }

  test("ends a client that has no version of TLS in common", async () => {
    const attacker = new Attacker(
      connect({
        port: victim.port,
        host: "127.0.0.1",
        rejectUnauthorized: false,
        ALPNProtocols: ["h2"],
        minVersion: "TLSv1.1",
        maxVersion: "TLSv1.1",
      }),
    );
    await attacker.closed;
    await victim.checkHealthy();
  });

  test("ends a connection that goes wrong within TLS, with GOAWAY", async () => {
    const attacker = await victim.connectTls();
    attacker.say(GREETING, frame(Type.Ping, 0, 1, Buffer.alloc(8)));
    await attacker.closed;
    assert.deepEqual(attacker.ends, ["GOAWAY 1"]);
  });

  test("ends a client that speaks HTTP/1 within TLS, in words of HTTP/1", async () => {
    const attacker = await victim.connectTls();
    attacker.say(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    await attacker.closed;
    assert.match(attacker.received.toString("latin1"), /^HTTP\/1\.1 505 /);
  });

  test("survives random bytes within TLS, and records that are cut", async () => {
    for (let round = 0; round < 30; round++) {
      const attacker = await victim.connectTls();
      attacker.say(GREETING, randomBytes(random, 1 + random(300)));
      if (round % 2 === 0) attacker.socket.end();
      else attacker.socket.destroy();
      await attacker.closed;
    }
    await victim.checkHealthy();
  });
});
