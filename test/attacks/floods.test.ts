/** Floods: frames that cost their sender nothing. The connection ends, and no other. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  ACK,
  block,
  END_HEADERS,
  END_STREAM,
  frame,
  GREETING,
  message,
  PRIORITY,
  requestBlock,
  settings,
  Type,
  uint32,
} from "../robustness/wire.ts";
import { Code, data, ENDLESS, goaway, idOf, open, repeat, request, reset, rst, windowUpdate } from "./requests.ts";
import { AttackedServer, sees, settle } from "./victim.ts";

/** More than any budget, and more than is refilled meanwhile. */
const MANY = 5_000;
const eight = Buffer.alloc(8);

/** What is said behind the greeting, how the connection ends, and what is counted. */
type Flood = readonly [name: string, end: string, violation: string, say: () => Buffer];

const calm = goaway(Code.EnhanceYourCalm);

const floods: readonly Flood[] = [
  [
    "rapid reset (CVE-2023-44487)",
    calm,
    "reset-flood",
    () => repeat(3_000, (n) => Buffer.concat([open(idOf(n)), rst(idOf(n))])),
  ],
  [
    "made you reset: windows that grow by 0 (CVE-2025-8671)",
    calm,
    "reset-flood",
    () => repeat(3_000, (n) => Buffer.concat([open(idOf(n)), windowUpdate(idOf(n), 0)])),
  ],
  [
    "made you reset: windows that overflow (CVE-2025-8671)",
    calm,
    "reset-flood",
    () => repeat(3_000, (n) => Buffer.concat([open(idOf(n)), windowUpdate(idOf(n), 0x7fffffff)])),
  ],
  [
    "made you reset: HEADERS behind the end (CVE-2025-8671)",
    calm,
    "reset-flood",
    () =>
      repeat(3_000, (n) => repeat(2, () => open(idOf(n), "ClientStream", [["slow", "1"]], END_HEADERS | END_STREAM))),
  ],
  [
    "made you reset: DATA behind the end (CVE-2025-8671)",
    calm,
    "reset-flood",
    () => repeat(3_000, (n) => Buffer.concat([request(idOf(n), ENDLESS), data(idOf(n), "xxxxxxxx")])),
  ],
  [
    "made you reset: PRIORITY of 6 bytes (CVE-2025-8671)",
    goaway(Code.FrameSizeError),
    "FRAME_SIZE_ERROR",
    () => repeat(3_000, (n) => Buffer.concat([open(idOf(n)), frame(Type.Priority, 0, idOf(n), "abcdef")])),
  ],
  [
    "made you reset: streams that depend on themselves (CVE-2025-8671)",
    goaway(Code.ProtocolError),
    "PROTOCOL_ERROR",
    () =>
      repeat(3_000, (n) => {
        const priority = Buffer.concat([uint32(idOf(n)), Buffer.from([0])]);
        return frame(Type.Headers, END_HEADERS | PRIORITY, idOf(n), Buffer.concat([priority, requestBlock]));
      }),
  ],
  [
    "CONTINUATION (VU#421644)",
    calm,
    "continuation-flood",
    () =>
      Buffer.concat([
        frame(Type.Headers, 0, 1, requestBlock),
        repeat(MANY, () => frame(Type.Continuation, 0, 1, "\0\x01x\x01y")),
      ]),
  ],
  [
    "CONTINUATION without bytes (CVE-2026-33871)",
    calm,
    "continuation-flood",
    () => Buffer.concat([frame(Type.Headers, 0, 1, requestBlock), repeat(MANY, () => frame(Type.Continuation, 0, 1))]),
  ],
  [
    "a header block of 100 KB in few frames (VU#421644)",
    calm,
    "continuation-flood",
    () =>
      Buffer.concat([
        frame(Type.Headers, 0, 1, requestBlock),
        repeat(7, () => frame(Type.Continuation, 0, 1, block(["k", "v".repeat(16_000)]))),
      ]),
  ],
  ["ping (CVE-2019-9512)", calm, "ping-flood", () => repeat(MANY, () => frame(Type.Ping, 0, 0, eight))],
  [
    "answers to pings that were not sent",
    calm,
    "ping-ack-flood",
    () => repeat(MANY, () => frame(Type.Ping, ACK, 0, eight)),
  ],
  ["settings (CVE-2019-9515)", calm, "settings-flood", () => repeat(MANY, () => settings([4, 100_000]))],
  [
    "33 settings in a frame",
    calm,
    "settings-too-many",
    () => settings(...Array.from({ length: 33 }, () => [4, 70_000] as const)),
  ],
  [
    "resets of streams that do not exist any more (CVE-2019-9514)",
    calm,
    "reset-flood",
    () => repeat(3_000, (n) => Buffer.concat([open(idOf(n), "Bidi"), repeat(3, () => rst(idOf(n)))])),
  ],
  [
    "priorities (CVE-2019-9513)",
    calm,
    "priority-flood",
    () => repeat(MANY, () => frame(Type.Priority, 0, 1, "\0\0\0\0\x10")),
  ],
  [
    "DATA without data (CVE-2019-9518)",
    calm,
    "empty-data-flood",
    () => Buffer.concat([open(1), repeat(MANY, () => data(1, ""))]),
  ],
  [
    "DATA of one byte (CVE-2026-84304)",
    calm,
    "tiny-data-flood",
    () => Buffer.concat([open(1), data(1, message("", 0, 1_000_000)), repeat(MANY, () => data(1, "\0"))]),
  ],
  ["WINDOW_UPDATE", calm, "window-update-flood", () => repeat(MANY, () => windowUpdate(0, 1))],
  ["frames of types that nobody knows", calm, "unknown-frame-flood", () => repeat(MANY, () => frame(0xbb, 0, 0, "x"))],
];

describe("a server under a flood of", () => {
  let victim: AttackedServer;
  before(async () => {
    victim = await AttackedServer.start({ http2: { maxConcurrentStreams: 10_000 } });
  });
  after(() => victim.end());

  for (const [name, end, violation, say] of floods) {
    test(`${name} ends the connection`, async () => {
      await victim.attack(violation, async () => {
        const attacker = await victim.connect();
        attacker.say(GREETING, say());
        await sees(attacker, end);
        await attacker.closed;
      });
    });
  }
});

describe("streams of which the handlers go on", () => {
  test("count against the limit when their client has reset them (CVE-2023-44487, CVE-2026-47244)", async (t) => {
    const victim = await AttackedServer.startFor(t);
    const { before: start, after: end } = await victim.attack("too-many-streams", async () => {
      const attacker = await victim.connect();
      // As many as may be open; each is reset, and each handler goes on.
      attacker.say(
        GREETING,
        repeat(1_000, (n) => Buffer.concat([request(idOf(n), ENDLESS), rst(idOf(n))])),
      );
      attacker.say(request(idOf(1_000)));
      await sees(attacker, reset(idOf(1_000), Code.RefusedStream));
      // Once handlers have ended there is room again.
      victim.release();
      await settle(attacker);
      attacker.say(open(idOf(1_001), "Nothing"));
      await settle(attacker, "released");
      assert.ok(!attacker.ends.includes(reset(idOf(1_001), Code.RefusedStream)));
    });
    assert.ok(end.handled - start.handled >= 1_000);
  });

  test("that are one more than was said are refused, and the others go on (CVE-2026-47244)", async (t) => {
    const victim = await AttackedServer.startFor(t, { http2: { maxConcurrentStreams: 10 } });
    await victim.attack("too-many-streams", async () => {
      const attacker = await victim.connect();
      attacker.say(
        GREETING,
        repeat(11, (n) => open(idOf(n), "Bidi")),
      );
      await sees(attacker, reset(21, Code.RefusedStream));
      await settle(attacker);
      assert.deepEqual(attacker.ends, [reset(21, Code.RefusedStream)]);
    });
  });
});

test("answers that a client does not read are bounded, where its frames are not (CVE-2019-9512, CVE-2019-9517)", async (t) => {
  const victim = await AttackedServer.startFor(t, { http2: { maxUselessFrames: 1e9 } });
  await victim.attack("control-queue-flood", async () => {
    const attacker = await victim.connect();
    attacker.socket.pause();
    const pings = repeat(10_000, () => frame(Type.Ping, 0, 0, eight));
    attacker.say(GREETING);
    const giveUpAt = performance.now() + 120_000;
    while (!attacker.socket.destroyed && performance.now() < giveUpAt) {
      const { violations } = await victim.report();
      if (violations["control-queue-flood"] !== undefined) break;
      if (attacker.socket.writableLength < 1_000_000) attacker.say(pings);
    }
    attacker.socket.resume();
  });
});
