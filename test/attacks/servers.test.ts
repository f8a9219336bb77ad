/** Servers that attack a live client: its calls end, its memory does not grow, and calls to others end well. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { createServer as createGrpcServer } from "gannet";
import { Probe } from "../robustness/probe_pb.ts";
import { Attacker } from "../robustness/victim.ts";
import {
  ACK,
  block,
  END_HEADERS,
  END_STREAM,
  frame,
  message,
  PREFACE,
  parseFrames,
  settings,
  Type,
  uint32,
} from "../robustness/wire.ts";
import { answersOf } from "./answers.ts";
import { PacedClient } from "./paced-client.ts";
import { Code, data, goaway, idOf, repeat, reset, rst, windowUpdate } from "./requests.ts";
import { checkCost, settle, VictimProcess } from "./victim.ts";

const MANY = 5_000;
const LARGEST = 4 * 1024 * 1024;
const STEP_BYTES = 64 * 1024;
/** So many rounds of what all streams may send now. */
const CALM_ROUNDS = 50;
const FILL = Buffer.alloc(STEP_BYTES + 16_384, "z");
const eight = Buffer.alloc(8);
const GREETING = Buffer.concat([settings(), frame(Type.Settings, ACK, 0)]);
const responseBlock = block([":status", "200"], ["content-type", "application/grpc"]);

function header(streamId: number): Buffer {
  return frame(Type.Headers, END_HEADERS, streamId, responseBlock);
}

/** A connection of the client's, as its server sees it. */
class Caller {
  readonly attacker: Attacker;

  constructor(socket: Socket) {
    this.attacker = new Attacker(socket);
  }

  /** Waits for so many requests. */
  async requests(count: number): Promise<void> {
    for (;;) {
      const frames = parseFrames(this.attacker.received.subarray(PREFACE.length));
      if (frames.filter(({ type }) => type === Type.Headers).length >= count) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  get ends(): string[] {
    return parseFrames(this.attacker.received.subarray(PREFACE.length)).flatMap(({ type, streamId, payload }) => {
      if (type === Type.Goaway) return [goaway(payload.readUInt32BE(4))];
      return type === Type.RstStream ? [reset(streamId, payload.readUInt32BE(0))] : [];
    });
  }
}

function calmEnds(ends: readonly string[]): readonly string[] {
  return ends.filter((end) => end.endsWith(` ${Code.EnhanceYourCalm}`));
}

interface Outcome {
  readonly statuses: Readonly<Record<string, number>>;
  readonly ends: readonly string[];
  readonly events: readonly string[];
}

/** Lets a client make calls to a server that does this on its first connection, and looks how they end. */
async function attack(
  t: TestContext,
  calls: number,
  violation: string | undefined,
  run: (caller: Caller) => Promise<void> | void,
): Promise<Outcome> {
  const healthy = createGrpcServer().addPartial(Probe, { unary: ({ n }) => ({ n }) });
  const { port: healthyPort } = await healthy.listen("127.0.0.1:0");
  let caller: Caller | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    if (caller !== undefined) {
      // An attack is over with its first connection.
      socket.destroy();
      return;
    }
    caller = new Caller(socket);
    void run(caller);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const victim = new VictimProcess("client-process", [String(port), String(healthyPort), String(calls)]);
  t.after(async () => {
    await victim.end();
    for (const socket of sockets) socket.destroy();
    server.close();
    await healthy.shutdown({ graceMs: 0 });
  });
  await victim.message();
  // Its first question starts the calls.
  const before = await victim.report();
  const { statuses, othersFailed } = (await victim.message()) as {
    statuses: Record<string, number>;
    othersFailed?: string;
  };
  const after = await victim.report();
  checkCost(before, after);
  assert.equal(othersFailed, undefined);
  if (violation !== undefined)
    assert.ok((after.heard[violation] ?? 0) > 0, `${violation}: ${JSON.stringify(after.heard)}`);
  return { statuses, ends: caller?.ends ?? [], events: after.events };
}

/** What is said once the request has come, how the client ends the connection, and what is heard. */
const floods: readonly (readonly [name: string, end: number, violation: string, say: () => Buffer])[] = [
  [
    "pings (CVE-2019-9512)",
    Code.EnhanceYourCalm,
    "ping-flood",
    () => repeat(MANY, () => frame(Type.Ping, 0, 0, eight)),
  ],
  [
    "settings (CVE-2019-9515)",
    Code.EnhanceYourCalm,
    "settings-flood",
    () => repeat(MANY, () => settings([4, 100_000])),
  ],
  [
    "DATA without data (CVE-2019-9518)",
    Code.EnhanceYourCalm,
    "empty-data-flood",
    () => Buffer.concat([header(1), repeat(MANY, () => data(1, ""))]),
  ],
  [
    "DATA of one byte (CVE-2026-84304)",
    Code.EnhanceYourCalm,
    "tiny-data-flood",
    () => Buffer.concat([header(1), data(1, message("", 0, 1_000_000)), repeat(MANY, () => data(1, "x"))]),
  ],
  [
    "CONTINUATION (VU#421644)",
    Code.EnhanceYourCalm,
    "continuation-flood",
    () =>
      Buffer.concat([
        frame(Type.Headers, 0, 1, responseBlock),
        repeat(MANY, () => frame(Type.Continuation, 0, 1, "\0\x01x\x01y")),
      ]),
  ],
  ["windows", Code.EnhanceYourCalm, "window-update-flood", () => repeat(MANY, () => windowUpdate(0, 1))],
  [
    "priorities (CVE-2019-9513)",
    Code.EnhanceYourCalm,
    "priority-flood",
    () => repeat(MANY, () => frame(Type.Priority, 0, 1, "\0\0\0\0\x10")),
  ],
  [
    "answers that only inform",
    Code.EnhanceYourCalm,
    "informational-flood",
    () => repeat(MANY, () => frame(Type.Headers, END_HEADERS, 1, block([":status", "103"]))),
  ],
  [
    "frames of types that nobody knows",
    Code.EnhanceYourCalm,
    "unknown-frame-flood",
    () => repeat(MANY, () => frame(0xbb, 0, 0, "x")),
  ],
  [
    "pushes",
    Code.ProtocolError,
    "PROTOCOL_ERROR",
    () => frame(Type.PushPromise, END_HEADERS, 1, Buffer.concat([uint32(2), responseBlock])),
  ],
  ["a frame size of 0 (CVE-2026-33814)", Code.ProtocolError, "PROTOCOL_ERROR", () => settings([5, 0])],
  [
    "a header of the table of which there is too much (CVE-2016-6581)",
    Code.CompressionError,
    "COMPRESSION_ERROR",
    () => frame(Type.Headers, END_HEADERS, 1, "\x3f\xe1\xff\x03"),
  ],
];

for (const [name, end, violation, say] of floods) {
  test(`a server that sends ${name} loses the connection`, async (t) => {
    const { ends, statuses } = await attack(t, 3, violation, async (caller) => {
      caller.attacker.say(GREETING);
      await caller.requests(1);
      caller.attacker.say(say());
    });
    assert.ok(ends.includes(goaway(end)), String(ends));
    assert.equal(statuses["OK"], undefined);
  });
}

test("replies of 4 MiB that do not end, 200 at a time, end where they are too much", async (t) => {
  const { ends, statuses } = await attack(t, 200, "receive-buffer-full", async (caller) => {
    const { attacker } = caller;
    attacker.say(GREETING);
    await caller.requests(200);
    const paced = new PacedClient({
      get received() {
        return attacker.received.subarray(PREFACE.length);
      },
      say: (...bytes: Uint8Array[]) => attacker.say(...bytes),
    } as Attacker);
    const ids = Array.from({ length: 200 }, (_, n) => idOf(n));
    for (const id of ids) {
      attacker.say(header(id));
      paced.open(id);
      paced.send(id, 5, message("", 0, LARGEST));
    }
    // Until no further one is ended: those that are left would end well, one behind the other.
    for (let [ended, rounds] = [0, 0]; ended === 0 || rounds < CALM_ROUNDS; rounds++) {
      for (const id of ids) paced.send(id, STEP_BYTES, FILL);
      await settle(attacker, String(Math.random()).slice(0, 8).padEnd(8));
      paced.look();
      const now = calmEnds(caller.ends).length;
      if (now > ended) [ended, rounds] = [now, 0];
    }
    attacker.socket.destroy();
  });
  const calm = calmEnds(ends);
  assert.equal(statuses["RESOURCE_EXHAUSTED"], calm.length);
  assert.ok(calm.length > 0);
});

test("replies that are a thousand times as long as they seem are refused as they are inflated (CVE-2024-37168)", async (t) => {
  const bomb = message(gzipSync(Buffer.alloc(100_000_000)), 1);
  const { statuses } = await attack(t, 4, undefined, async (caller) => {
    caller.attacker.say(GREETING);
    await caller.requests(4);
    for (let n = 0; n < 4; n++) {
      caller.attacker.say(
        frame(
          Type.Headers,
          END_HEADERS,
          idOf(n),
          block([":status", "200"], ["content-type", "application/grpc"], ["grpc-encoding", "gzip"]),
        ),
      );
      for (let at = 0; at < bomb.length; at += 16_384)
        caller.attacker.say(data(idOf(n), bomb.subarray(at, at + 16_384)));
    }
  });
  assert.deepEqual(statuses, { RESOURCE_EXHAUSTED: 4 });
});

test("lengths that are not true take nothing (CVE-2024-37168)", async (t) => {
  const { statuses } = await attack(t, 2, undefined, async (caller) => {
    caller.attacker.say(GREETING);
    await caller.requests(2);
    for (let n = 0; n < 2; n++) caller.attacker.say(header(idOf(n)), data(idOf(n), message("x", 0, 0xffffffff)));
  });
  assert.deepEqual(statuses, { RESOURCE_EXHAUSTED: 2 });
});

test("a server that resets every call ends each once", async (t) => {
  const { statuses } = await attack(t, 200, undefined, async (caller) => {
    caller.attacker.say(GREETING);
    await caller.requests(200);
    caller.attacker.say(repeat(200, (n) => rst(idOf(n), Code.EnhanceYourCalm)));
  });
  assert.deepEqual(statuses, { RESOURCE_EXHAUSTED: 200 });
});

test("a header that is too large ends its call alone", async (t) => {
  const { statuses, ends } = await attack(t, 2, "ENHANCE_YOUR_CALM", async (caller) => {
    caller.attacker.say(GREETING);
    await caller.requests(2);
    const fields = Array.from({ length: 101 }, (_, n) => [`k${n}`, ""] as const);
    caller.attacker.say(frame(Type.Headers, END_HEADERS, 1, block([":status", "200"], ...fields)));
    caller.attacker.say(
      header(3),
      data(3, message("\x08\x01")),
      frame(Type.Headers, END_HEADERS | END_STREAM, 3, block(["grpc-status", "0"])),
    );
  });
  assert.deepEqual(statuses, { RESOURCE_EXHAUSTED: 1, OK: 1 });
  assert.ok(
    ends.includes(reset(1, Code.EnhanceYourCalm)) && !ends.some((end) => end.startsWith("GOAWAY")),
    String(ends),
  );
});

test("what comes behind a GOAWAY is not taken for an answer, and its words are shown as they can be (CVE-2026-48937)", async (t) => {
  const { statuses, events } = await attack(t, 2, undefined, async (caller) => {
    caller.attacker.say(GREETING);
    await caller.requests(2);
    caller.attacker.say(
      frame(Type.Goaway, 0, 0, Buffer.concat([uint32(1), uint32(0), Buffer.from("\x1b[2J\r\nforged")])),
    );
    caller.attacker.say(header(3), data(3, message("\x08\x01")), header(1), data(1, message("\x08\x01")));
    caller.attacker.say(frame(Type.Headers, END_HEADERS | END_STREAM, 1, block(["grpc-status", "0"])));
  });
  assert.deepEqual(statuses, { UNAVAILABLE: 2 });
  for (const event of events) assert.doesNotMatch(event, /\\u00|\\r|\\n/);
});

test("credentials are sent so that nobody on the way may put them into a table (RFC 7541 §7.1.3)", async (t) => {
  let block: Buffer | undefined;
  await attack(t, 1, undefined, async (caller) => {
    caller.attacker.say(GREETING);
    await caller.requests(1);
    block = parseFrames(caller.attacker.received.subarray(PREFACE.length)).find(
      ({ type }) => type === Type.Headers,
    )?.payload;
    caller.attacker.say(rst(1, Code.RefusedStream), rst(1));
    caller.attacker.socket.destroy();
  });
  // `authorization` is 23 of the static table; never indexed, with a prefix of four bits.
  assert.ok(block?.includes(Buffer.from([0x1f, 0x08])), block?.toString("hex"));
  assert.ok((await answersOf(frame(Type.Headers, END_HEADERS, 1, block ?? ""))).get(1)?.["authorization"] === "secret");
});
