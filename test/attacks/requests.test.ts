/** Requests that are not what they seem, and what comes behind the end of a connection. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  block,
  END_HEADERS,
  END_STREAM,
  frame,
  GREETING,
  message,
  parseFrames,
  requestFields,
  settings,
  Type,
} from "../robustness/wire.ts";
import { answersOf } from "./answers.ts";
import { askFor, Code, data, goaway, idOf, open, repeat, request, reset } from "./requests.ts";
import { AttackedServer, sees, settle } from "./victim.ts";

type Fields = readonly (readonly [string, string])[];

function headers(...fields: Fields): Buffer {
  return frame(Type.Headers, END_HEADERS | END_STREAM, 1, block(...fields));
}

function withField(...field: readonly [string, string]): Buffer {
  return headers(...requestFields(), field);
}

/** What is smuggled, and how the stream ends. */
const smuggled: readonly (readonly [name: string, say: Buffer])[] = [
  ["`connection`", withField("connection", "close")],
  ["`transfer-encoding`", withField("transfer-encoding", "chunked")],
  ["`keep-alive`", withField("keep-alive", "1")],
  ["`proxy-connection`", withField("proxy-connection", "close")],
  ["`upgrade`", withField("upgrade", "h2c")],
  ["`te` other than trailers", withField("te", "gzip")],
  ["CR and LF in a value", withField("x", "a\r\nb: c")],
  ["LF in a value", withField("x", "a\nb")],
  ["NUL in a value", withField("x", "a\0")],
  ["CR in a name", withField("x\ry", "a")],
  ["a colon in a name", withField("x:y", "a")],
  ["a space before a value", withField("x", " a")],
  ["capitals in a name", withField("Abc", "a")],
  ["a name without letters (CVE-2019-9516)", withField("", "a")],
  ["two `:authority`", headers(...requestFields(), [":authority", "b"])],
  ["two `:path`", headers([":path", "/a"], ...requestFields())],
  ["`:path` behind other fields", headers([":method", "POST"], ["a", "b"], [":path", "/"], [":scheme", "http"])],
  [
    "a length that is not true",
    Buffer.concat([open(1, "Unary", [["content-length", "9"]]), data(1, message("\x08\x05"), END_STREAM)]),
  ],
  ["a length that is no number", withField("content-length", "1, 2")],
];

describe("a server that is sent", () => {
  let victim: AttackedServer;
  before(async () => {
    victim = await AttackedServer.start();
  });
  after(() => victim.end());

  for (const [name, say] of smuggled) {
    test(`${name} ends the stream, and no handler hears of it`, async () => {
      const { before, after } = await victim.attack("PROTOCOL_ERROR", async () => {
        const attacker = await victim.connect();
        attacker.say(GREETING, say);
        await sees(attacker, reset(1, Code.ProtocolError));
        attacker.say(request(3, "\x08\x07"));
        await settle(attacker);
        assert.deepEqual(attacker.ends, [reset(1, Code.ProtocolError)]);
      });
      assert.ok(!after.events.slice(before.events.length).some((event) => /\\u00|\\r|\\n/.test(event)));
    });
  }

  test("two authorities answers 400, and no handler hears of it", async () => {
    await victim.attack(undefined, async () => {
      const attacker = await victim.connect();
      attacker.say(GREETING, withField("host", "other.example"));
      await settle(attacker);
      assert.equal((await answersOf(attacker.received)).get(1)?.[":status"], "400");
      // The same one twice is what some proxies make of it.
      attacker.say(
        frame(Type.Headers, END_HEADERS, 3, block(...requestFields(), ["host", "localhost"])),
        data(3, message(""), END_STREAM),
      );
      await settle(attacker, "the same");
      assert.equal((await answersOf(attacker.received)).get(3)?.["grpc-status"], "0");
    });
  });

  test("paths that routes do not have answers UNIMPLEMENTED before any interceptor (CVE-2026-33186)", async () => {
    const paths = [
      "robustness.Probe/Unary",
      "//robustness.Probe/Unary",
      "/robustness.Probe/Unary/",
      "/robustness.Probe/../robustness.Probe/Unary",
      "/robustness.Probe/Unary?x",
      "/robustness.probe/unary",
      "*",
      "/",
    ];
    const { before, after } = await victim.attack(undefined, async () => {
      const attacker = await victim.connect();
      attacker.say(
        GREETING,
        repeat(paths.length, (n) =>
          frame(Type.Headers, END_HEADERS | END_STREAM, idOf(n), block(...requestFields(paths[n] ?? ""))),
        ),
      );
      await settle(attacker);
      const answers = await answersOf(attacker.received);
      for (const [n, path] of paths.entries()) assert.equal(answers.get(idOf(n))?.["grpc-status"], "12", path);
    });
    // Calls of others run meanwhile, and each has a handler for its interceptor.
    assert.equal(after.intercepted - before.intercepted, after.handled - before.handled);
  });

  test("a frame size of 0 ends the connection (CVE-2026-33814)", async () => {
    await victim.attack("PROTOCOL_ERROR", async () => {
      const attacker = await victim.connect();
      attacker.say(GREETING, settings([5, 0]), request(1));
      await sees(attacker, goaway(Code.ProtocolError));
    });
  });

  for (const limit of [0, 1, 100]) {
    test(`a limit of ${limit} bytes for headers answers each call once, and does not loop (CVE-2026-50560)`, async () => {
      await victim.attack(undefined, async () => {
        const attacker = await victim.connect();
        attacker.say(GREETING, settings([6, limit]), request(1), request(3, askFor(10_000, "fail")), request(5));
        for (const id of [1, 3, 5]) {
          // Handlers are slower than pings.
          while ((await answersOf(attacker.received)).get(id)?.["grpc-status"] === undefined) {
            assert.ok(!attacker.socket.destroyed);
            await sleep(5);
          }
        }
        const ends = parseFrames(attacker.received).filter(
          ({ type, flags }) => type === Type.Headers && flags & END_STREAM,
        );
        assert.equal(ends.length, 3);
      });
    });
  }

  test("requests behind what ends the connection is not looked at, and nothing of it is left (CVE-2026-27135, CVE-2026-21714)", async () => {
    const { before, after } = await victim.attack("PROTOCOL_ERROR", async () => {
      const attacker = await victim.connect();
      const broken = frame(Type.Data, 0, 0, "x");
      attacker.say(
        GREETING,
        open(1, "Bidi"),
        broken,
        repeat(300, (n) => request(idOf(n + 1))),
      );
      await sees(attacker, goaway(Code.ProtocolError));
      await attacker.closed;
    });
    assert.equal(after.intercepted - before.intercepted, after.handled - before.handled);
    assert.ok(after.connections <= before.connections, `${after.connections}`);
    // Those of others, and the stream that was open before: far from three hundred.
    assert.ok(after.handled - before.handled < 200, `${after.handled - before.handled}`);
  });

  test("control characters of a client escapes them where it tells of them", async () => {
    const { before, after } = await victim.attack(undefined, async () => {
      const attacker = await victim.connect();
      attacker.say(GREETING, frame(Type.Goaway, 0, 0, "\0\0\0\0\0\0\0\0\x1b[2J\r\nforged"));
      attacker.say(frame(Type.Headers, END_HEADERS | END_STREAM, 1, block(...requestFields("/\x1b[2J"))));
      await settle(attacker);
    });
    for (const event of after.events.slice(before.events.length)) assert.doesNotMatch(event, /\\u00|\\r|\\n/);
  });
});
