/** Attacks on memory: what is asked for, announced or half said, and never taken or finished. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import {
  block,
  END_HEADERS,
  END_STREAM,
  frame,
  GREETING,
  message,
  requestBlock,
  settings,
  Type,
} from "../robustness/wire.ts";
import { answersOf } from "./answers.ts";
import { PacedClient } from "./paced-client.ts";
import { askFor, Code, data, goaway, idOf, open, repeat, request, reset } from "./requests.ts";
import { AttackedServer, checkCost, sees, settle } from "./victim.ts";

const MEBIBYTE = 1024 * 1024;
const PREFIX_BYTES = 5;
const LARGEST = 4 * MEBIBYTE;
const STEP_BYTES = 64 * 1024;
const FILL = Buffer.alloc(STEP_BYTES + 16_384, "z");
/** Fields that a Ping does not have, of two bytes each: as objects they take a hundred times as much. */
const UNKNOWN_FIELDS = Buffer.alloc(STEP_BYTES + 16_384, Buffer.from([0x50, 0x01]));

/** Sends the start of a message of 4 MiB on each of so many streams by turns, as much as windows allow, but not its end. */
async function sendUnfinished(
  victim: AttackedServer,
  streams: number,
  method: string,
  {
    bytesEach = LARGEST - 1,
    declared = LARGEST,
    fill = FILL,
  }: { bytesEach?: number; declared?: number; fill?: Buffer } = {},
) {
  const attacker = await victim.connect();
  const paced = new PacedClient(attacker);
  attacker.say(GREETING);
  for (let n = 0; n < streams; n++) {
    attacker.say(open(idOf(n), method));
    paced.open(idOf(n));
    paced.send(idOf(n), PREFIX_BYTES, message("", 0, declared));
  }
  const left = new Map(Array.from({ length: streams }, (_, n) => [idOf(n), bytesEach]));
  for (let idle = 0; idle < 3 && left.size > 0; ) {
    let sent = 0;
    for (const [id, rest] of left) {
      const bytes = paced.send(id, Math.min(rest, STEP_BYTES), fill);
      sent += bytes;
      if (bytes === rest) left.delete(id);
      else left.set(id, rest - bytes);
    }
    await settle(attacker, String(Math.random()).padEnd(8).slice(0, 8));
    paced.look();
    idle = sent === 0 ? idle + 1 : 0;
  }
  return attacker;
}

describe("messages that do not end", () => {
  for (const method of ["Unary", "ClientStream", "Bidi"]) {
    test(`of 4 MiB, on 200 streams of ${method}, end where they are too much`, async (t) => {
      const victim = await AttackedServer.startFor(t);
      await victim.attack("receive-buffer-full", async () => {
        const attacker = await sendUnfinished(victim, 200, method);
        const calm = attacker.ends.filter((end) => end.endsWith(` ${Code.EnhanceYourCalm}`));
        assert.ok(calm.length > 0 && attacker.ends.every((end) => end.startsWith("RST_STREAM")), String(attacker.ends));
      });
    });
  }

  test("on 600 streams, each within its window, end where they are too much", async (t) => {
    const victim = await AttackedServer.startFor(t);
    await victim.attack("receive-buffer-full", async () => {
      await sendUnfinished(victim, 600, "Unary", { bytesEach: 70_000 });
    });
  });

  test("because the client does not end its request end where they are too much", async (t) => {
    const victim = await AttackedServer.startFor(t);
    await victim.attack("receive-buffer-full", async () => {
      await sendUnfinished(victim, 600, "Unary", { bytesEach: 60_000, declared: 60_000, fill: UNKNOWN_FIELDS });
    });
  });

  test("on forty connections share the budget of the server", async (t) => {
    const victim = await AttackedServer.startFor(t, { maxBufferedBytes: 24 * MEBIBYTE });
    await victim.attack("server-buffer-full", async () => {
      const attackers = await Promise.all(
        Array.from({ length: 40 }, () => sendUnfinished(victim, 3, "Unary", { bytesEach: 500_000 })),
      );
      const ends = attackers.flatMap((attacker) => attacker.ends);
      assert.ok(ends.length > 0 && ends.every((end) => end.endsWith(` ${Code.EnhanceYourCalm}`)), String(ends));
    });
  });

  test("take nothing by what they announce (CVE-2024-37168)", async (t) => {
    const victim = await AttackedServer.startFor(t);
    const { before, after } = await victim.attack(undefined, async () => {
      const attacker = await victim.connect();
      attacker.say(
        GREETING,
        repeat(1_000, (n) => Buffer.concat([open(idOf(n)), data(idOf(n), message("x", 0, LARGEST))])),
      );
      await settle(attacker);
      assert.deepEqual(attacker.ends, []);
    });
    assert.ok(after.peak - before.memory < 8 * MEBIBYTE, `${after.peak - before.memory}`);
  });
});

test("bodies of requests that are not gRPC's have 64 KiB, of which all that wait are counted", async (t) => {
  const victim = await AttackedServer.startFor(t);
  await victim.attack("receive-buffer-full", async () => {
    const attacker = await victim.connect();
    const paced = new PacedClient(attacker);
    const page = block([":method", "POST"], [":scheme", "http"], [":path", "/page"], [":authority", "a"]);
    attacker.say(GREETING);
    await settle(attacker);
    paced.look();
    for (let n = 0; n < 600; n++) {
      attacker.say(frame(Type.Headers, END_HEADERS, idOf(n), page));
      paced.open(idOf(n));
      // The first is too large, and the others lack their end.
      paced.send(idOf(n), n === 0 ? 66_000 : 65_000, FILL);
      if (n % 10 === 0) await settle(attacker, String(n).padEnd(8));
      paced.look();
    }
    assert.equal((await answersOf(attacker.received)).get(1)?.[":status"], "413");
  });
});

describe("requests that wait for their turn", () => {
  test("take what their bytes take, not what they take as objects, and hold the client back", async (t) => {
    const victim = await AttackedServer.startFor(t, { maxConcurrentCalls: 1 });
    // Others would wait for their turn as well: there are none.
    const before = await victim.report();
    const attacker = await victim.connect();
    const paced = new PacedClient(attacker);
    attacker.say(GREETING);
    const body = message(UNKNOWN_FIELDS.subarray(0, 60_000));
    // One that does not end, and then as many as there is room for.
    attacker.say(request(1, Buffer.from("08ffffffffffffffffff01", "hex")));
    let isHeldBack = false;
    for (let n = 1; n < 600 && !isHeldBack; n++) {
      attacker.say(open(idOf(n)));
      paced.open(idOf(n));
      let at = 0;
      while (at < body.length && !isHeldBack) {
        const sent = paced.send(idOf(n), body.length - at, body.subarray(at));
        at += sent;
        if (at === body.length) break;
        await settle(attacker, `${n} ${at}`.padEnd(8).slice(0, 8));
        paced.look();
        isHeldBack = sent === 0 && paced.connectionBytes === 0;
      }
      if (!isHeldBack) attacker.say(data(idOf(n), "", END_STREAM));
    }
    assert.ok(isHeldBack);
    checkCost(before, await victim.report());
  });
});

describe("headers", () => {
  test("that name what is in the table again and again are bounded as they are decoded (CVE-2016-6581)", async (t) => {
    const victim = await AttackedServer.startFor(t);
    await victim.attack("ENHANCE_YOUR_CALM", async () => {
      const attacker = await victim.connect();
      // A field of 4,000 bytes goes into the table, and is named 16,000 times: 64 MB.
      const value = "v".repeat(3_900);
      const literal = Buffer.concat([
        Buffer.from([0x40, 1]),
        Buffer.from("k"),
        Buffer.from([0x7f, 0xbd, 0x1d]),
        Buffer.from(value),
      ]);
      attacker.say(GREETING, frame(Type.Headers, END_HEADERS | END_STREAM, 1, Buffer.concat([requestBlock, literal])));
      attacker.say(
        frame(Type.Headers, END_HEADERS | END_STREAM, 3, Buffer.concat([requestBlock, Buffer.alloc(12_000, 0xbe)])),
      );
      await sees(attacker, reset(3, Code.EnhanceYourCalm));
    });
  });

  test("on a thousand streams that name the same large field take the memory of one (CVE-2026-49975)", async (t) => {
    const victim = await AttackedServer.startFor(t);
    await victim.attack(undefined, async () => {
      const attacker = await victim.connect();
      const literal = Buffer.concat([
        Buffer.from([0x40, 1]),
        Buffer.from("k"),
        Buffer.from([0x7f, 0xbd, 0x1d]),
        Buffer.alloc(3_900, "v"),
      ]);
      attacker.say(GREETING, frame(Type.Headers, END_HEADERS, 1, Buffer.concat([requestBlock, literal])));
      attacker.say(
        repeat(998, (n) =>
          frame(Type.Headers, END_HEADERS, idOf(n + 1), Buffer.concat([requestBlock, Buffer.from([0xbe])])),
        ),
      );
      await settle(attacker);
    });
  });

  test("of a hundred cookies are too many (CVE-2026-49975)", async (t) => {
    const victim = await AttackedServer.startFor(t);
    await victim.attack("ENHANCE_YOUR_CALM", async () => {
      const attacker = await victim.connect();
      const crumbs = Array.from({ length: 100 }, (_, n) => ["cookie", `${n}=`] as const);
      attacker.say(GREETING, open(1, "Unary", crumbs));
      await sees(attacker, reset(1, Code.EnhanceYourCalm));
    });
  });

  test("may not ask for a larger table than was offered", async (t) => {
    const victim = await AttackedServer.startFor(t);
    await victim.attack("COMPRESSION_ERROR", async () => {
      const attacker = await victim.connect();
      attacker.say(
        GREETING,
        frame(Type.Headers, END_HEADERS, 1, Buffer.concat([Buffer.from([0x3f, 0xe1, 0xff, 0x03]), requestBlock])),
      );
      await sees(attacker, goaway(Code.CompressionError));
    });
  });
});

describe("replies that nobody takes", () => {
  test("end where they are too much (CVE-2019-9511, CVE-2019-9517)", async (t) => {
    const victim = await AttackedServer.startFor(t);
    await victim.attack("send-queue-full", async () => {
      const attacker = await victim.connect();
      attacker.say(
        GREETING,
        settings([4, 0]),
        repeat(200, (n) => request(idOf(n), askFor(MEBIBYTE))),
      );
      const first = () =>
        attacker.ends.find((end) => end.startsWith("RST_STREAM") && end.endsWith(` ${Code.EnhanceYourCalm}`));
      while (first() === undefined && !attacker.socket.destroyed)
        await settle(attacker, String(Math.random()).slice(0, 8).padEnd(8));
      assert.ok(first() !== undefined);
    });
  });

  test("end the connection where they stand still (CVE-2026-49975)", async (t) => {
    const victim = await AttackedServer.startFor(t, { http2: { sendStallTimeoutMs: 500 } });
    await victim.attack("send-stall", async () => {
      const attacker = await victim.connect();
      attacker.say(
        GREETING,
        settings([4, 0]),
        repeat(4, (n) => request(idOf(n), askFor(MEBIBYTE))),
      );
      await sees(attacker, goaway(Code.EnhanceYourCalm));
    });
  });

  test("of a stream wait in the handler, not in memory, where the socket is not read", async (t) => {
    const victim = await AttackedServer.startFor(t);
    await victim.attack(undefined, async () => {
      const attacker = await victim.connect();
      attacker.socket.pause();
      attacker.say(GREETING, settings([4, 0x7fffffff]), frame(Type.WindowUpdate, 0, 0, Buffer.from("7fff0000", "hex")));
      attacker.say(repeat(50, (n) => request(idOf(n), askFor(1_000_000, "x"), "ServerStream")));
      await new Promise((resolve) => setTimeout(resolve, 500));
    });
  });
});

describe("compressed messages", () => {
  test("that are a thousand times as long as they seem are refused as they are inflated (CVE-2024-37168)", async (t) => {
    const victim = await AttackedServer.startFor(t);
    const bomb = gzipSync(Buffer.alloc(200 * MEBIBYTE));
    await victim.attack(undefined, async () => {
      const attacker = await victim.connect();
      const paced = new PacedClient(attacker);
      attacker.say(GREETING);
      for (let n = 0; n < 20; n++) {
        const body = message(bomb, 1);
        attacker.say(open(idOf(n), "Unary", [["grpc-encoding", "gzip"]]));
        paced.open(idOf(n));
        for (let at = 0; at < body.length; ) {
          at += paced.send(idOf(n), Math.min(STEP_BYTES, body.length - at), body.subarray(at));
          await settle(attacker, `${n} ${at}`.padEnd(8).slice(0, 8));
          paced.look();
        }
        attacker.say(data(idOf(n), "", END_STREAM));
        while ((await answersOf(attacker.received)).get(idOf(n))?.["grpc-status"] === undefined) await sleep(5);
      }
      for (const answer of (await answersOf(attacker.received)).values()) assert.equal(answer["grpc-status"], "8");
    });
  });

  test("and others that are garbage fail their calls alone (CVE-2026-48068, CVE-2026-48069)", async (t) => {
    const victim = await AttackedServer.startFor(t);
    const { before, after } = await victim.attack(undefined, async () => {
      const attacker = await victim.connect();
      const gzip = [["grpc-encoding", "gzip"]] as const;
      const bodies = [
        message("garbage", 1),
        message("\xff\xff\xff", 0),
        message("x", 7),
        message(gzipSync("\xff\xff"), 1),
      ];
      for (const [n, body] of bodies.entries())
        attacker.say(
          n === 0 ? GREETING : Buffer.alloc(0),
          open(idOf(n), "Unary", gzip),
          data(idOf(n), body, END_STREAM),
        );
      await settle(attacker);
      assert.ok(!attacker.ends.some((end) => end.startsWith("GOAWAY")), String(attacker.ends));
    });
    assert.deepEqual(after.errors, []);
    assert.ok(after.handled >= before.handled);
  });
});
