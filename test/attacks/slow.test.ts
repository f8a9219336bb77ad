/** Clients that take their time, and clients that are many. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { connect } from "node:tls";
import type { ListenOptions, ServerOptions } from "gannet";
import { createIdentityFiles } from "../interop/program/identity-files.ts";
import { Attacker } from "../robustness/victim.ts";
import { ACK, frame, GREETING, PREFACE, requestBlock, settings, Type } from "../robustness/wire.ts";
import { Code, goaway, open, request } from "./requests.ts";
import { AttackedServer, sees, settle } from "./victim.ts";

/** Long enough for clients that are in order, also where the machine is busy. */
const SHORT_MS = 2_000;
const SHORT: ServerOptions = { prefaceTimeoutMs: SHORT_MS };

async function withTls(handshakeTimeoutMs?: number): Promise<ListenOptions> {
  const files = await createIdentityFiles();
  const identity = { cert: readFileSync(files.cert, "utf8"), key: readFileSync(files.key, "utf8") };
  files.remove();
  return { tls: { ...identity, handshakeTimeoutMs } };
}

/** A client that says so much and no more is let go, without a word or with one. */
async function checkLetGo(
  t: TestContext,
  say: Buffer,
  end: string | undefined,
  options = SHORT,
  listen: ListenOptions = {},
) {
  const victim = await AttackedServer.startFor(t, options, listen);
  await victim.attack(undefined, async () => {
    const attackers = await Promise.all(Array.from({ length: 20 }, () => victim.connect()));
    for (const attacker of attackers) if (say.length > 0) attacker.say(say);
    await Promise.all(attackers.map(({ closed }) => closed));
    if (end !== undefined)
      for (const attacker of attackers) assert.ok(attacker.ends.includes(end), String(attacker.ends));
  });
}

test("clients that say nothing are let go", (t) => checkLetGo(t, Buffer.alloc(0), undefined));
test("clients that say half of the preface are let go", (t) => checkLetGo(t, PREFACE.subarray(0, 12), undefined));
test("clients that do not say their settings are let go", (t) => checkLetGo(t, PREFACE, goaway(Code.SettingsTimeout)));
test("clients that do not finish their handshake of TLS are let go", async (t) =>
  checkLetGo(
    t,
    Buffer.from("\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03", "latin1"),
    undefined,
    SHORT,
    await withTls(SHORT_MS),
  ));
test("clients without calls are let go, where that is asked for", async (t) => {
  const victim = await AttackedServer.startFor(t, { maxConnectionIdleMs: 200 });
  const attacker = await victim.connect();
  attacker.say(GREETING);
  await sees(attacker, goaway(Code.NoError));
  // It has heard that, and nothing of its was on the way.
  attacker.say(frame(Type.Ping, ACK, 0, "gannet 1"));
  await attacker.closed;
});

test("clients that hold a call for ever lose their connection at its age, where that is asked for", async (t) => {
  const victim = await AttackedServer.startFor(t, { maxConnectionAgeMs: 200, maxConnectionAgeGraceMs: 200 });
  const attacker = await victim.connect();
  attacker.say(GREETING, open(1, "Bidi"));
  await attacker.closed;
  assert.ok(attacker.ends.includes(goaway(Code.NoError)));
});

test("a header that is dribbled is given up (VU#421644)", async (t) => {
  const victim = await AttackedServer.startFor(t, { http2: { headerBlockTimeoutMs: 300 } });
  await victim.attack("header-block-timeout", async () => {
    const attacker = await victim.connect();
    attacker.say(GREETING, frame(Type.Headers, 0, 1, requestBlock));
    await sees(attacker, goaway(Code.EnhanceYourCalm));
  });
});

test("a connection more than there may be is turned away, and the others go on", async (t) => {
  const victim = await AttackedServer.startFor(t, { maxConnections: 5 });
  const { after } = await victim.attack(undefined, async () => {
    const first = await Promise.all(Array.from({ length: 4 }, () => victim.connect()));
    for (const attacker of first) {
      attacker.say(GREETING);
      await settle(attacker);
    }
    const others = await Promise.all(Array.from({ length: 50 }, () => victim.connect()));
    await Promise.all(others.map(({ closed }) => closed));
    for (const attacker of others) assert.deepEqual(attacker.ends, [goaway(Code.NoError)]);
    assert.ok(first.every(({ socket }) => !socket.destroyed));
  });
  assert.ok(after.events.some((event) => event.startsWith("connection-refused")));
});

test("TLS takes no client that offers less than TLS 1.2 or not HTTP/2, and does not negotiate anew", async (t) => {
  const listen = await withTls();
  const victim = await AttackedServer.startFor(t, {}, listen);
  const ca = String(listen.tls?.cert);
  await victim.attack(undefined, async () => {
    for (const refused of [
      { ALPNProtocols: ["h2"], minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
      { ALPNProtocols: ["http/1.1"] },
      {},
    ] as const) {
      const socket = connect({ port: victim.port, host: "127.0.0.1", ca, ...refused });
      const attacker = new Attacker(socket);
      attacker.say(GREETING);
      await attacker.closed;
      assert.equal(attacker.received.length, 0);
    }
    const socket = connect({ port: victim.port, host: "127.0.0.1", ca, ALPNProtocols: ["h2"], maxVersion: "TLSv1.2" });
    const attacker = new Attacker(socket);
    attacker.say(GREETING);
    await settle(attacker);
    const session = socket.getSession();
    socket.renegotiate({}, () => {});
    attacker.say(request(1, "\x08\x05"));
    await Promise.race([settle(attacker, "renegot."), attacker.closed]);
    // It goes on as it was, or not at all.
    if (!socket.destroyed) assert.deepEqual(socket.getSession(), session);
    socket.destroy();
  });
});

test("what acknowledges and asks at once is served while others dribble", async (t) => {
  const victim = await AttackedServer.startFor(t, SHORT);
  await victim.attack(undefined, async () => {
    const attackers = await Promise.all(Array.from({ length: 100 }, () => victim.connect()));
    for (const attacker of attackers) attacker.say(PREFACE.subarray(0, 5));
    const polite = await victim.connect();
    polite.say(PREFACE, settings(), frame(Type.Settings, ACK, 0), request(1, "\x08\x05"));
    await settle(polite);
    assert.ok(!polite.socket.destroyed);
    await Promise.all(attackers.map(({ closed }) => closed));
  });
});
