/** Clients that say what they should not, to a server over real sockets: it ends them, and serves the others. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Victim } from "./victim.ts";
import {
  ACK,
  block,
  END_HEADERS,
  END_STREAM,
  frame,
  GREETING,
  message,
  PADDED,
  PREFACE,
  PRIORITY,
  randomBytes,
  randomNumbers,
  requestBlock,
  requestFields,
  settings,
  Type,
  uint32,
} from "./wire.ts";

const ProtocolError = 1;
const FlowControlError = 3;
const StreamClosed = 5;
const FrameSizeError = 6;
const RefusedStream = 7;
const CompressionError = 9;
const EnhanceYourCalm = 11;

const open = frame(Type.Headers, END_HEADERS, 1, requestBlock);
const ended = frame(Type.Headers, END_HEADERS | END_STREAM, 1, requestBlock);
const endedStream = frame(
  Type.Headers,
  END_HEADERS | END_STREAM,
  1,
  block(...requestFields("/robustness.Probe/ClientStream")),
);
const eight = Buffer.alloc(8);

function repeat(count: number, make: (index: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, index) => make(index)));
}

function headersWith(...fields: readonly (readonly [string, string])[]): Buffer {
  return frame(Type.Headers, END_HEADERS | END_STREAM, 1, block(...requestFields(), ...fields));
}

/** What is said behind the greeting, and the code that the connection ends with. */
const connectionEnds: readonly (readonly [name: string, code: number, say: Buffer])[] = [
  // A frame of each type whose length is wrong.
  ["padding longer than its DATA", ProtocolError, Buffer.concat([open, frame(Type.Data, PADDED, 1, "\x09xx")])],
  ["padding longer than its HEADERS", ProtocolError, frame(Type.Headers, END_HEADERS | PADDED, 1, "\xffab")],
  ["HEADERS too short for its priority", ProtocolError, frame(Type.Headers, END_HEADERS | PRIORITY, 1, "abc")],
  ["PRIORITY of 6 bytes", FrameSizeError, frame(Type.Priority, 0, 1, "abcdef")],
  ["RST_STREAM of 5 bytes", FrameSizeError, Buffer.concat([open, frame(Type.RstStream, 0, 1, "abcde")])],
  ["SETTINGS of 7 bytes", FrameSizeError, frame(Type.Settings, 0, 0, "abcdefg")],
  ["an acknowledgement of SETTINGS of 6 bytes", FrameSizeError, frame(Type.Settings, ACK, 0, "abcdef")],
  ["PING of 9 bytes", FrameSizeError, frame(Type.Ping, 0, 0, "123456789")],
  ["PING without bytes", FrameSizeError, frame(Type.Ping, 0, 0)],
  ["GOAWAY of 4 bytes", FrameSizeError, frame(Type.Goaway, 0, 0, "abcd")],
  ["WINDOW_UPDATE of 5 bytes", FrameSizeError, frame(Type.WindowUpdate, 0, 0, "abcde")],
  ["DATA of 16 MiB", FrameSizeError, Buffer.concat([open, frame(Type.Data, 0, 1, "", 0xffffff)])],
  ["HEADERS of 16 MiB", FrameSizeError, frame(Type.Headers, END_HEADERS, 1, "", 0xffffff)],
  ["an unknown frame of 16 MiB", FrameSizeError, frame(0xbb, 0, 0, "", 0xffffff)],
  // A frame of each type on a stream that it cannot be on.
  ["DATA on stream 0", ProtocolError, frame(Type.Data, 0, 0, "x")],
  ["DATA on an idle stream", ProtocolError, frame(Type.Data, 0, 7, "x")],
  ["HEADERS on stream 0", ProtocolError, frame(Type.Headers, END_HEADERS, 0, requestBlock)],
  ["HEADERS on an even stream", ProtocolError, frame(Type.Headers, END_HEADERS, 2, requestBlock)],
  ["PRIORITY on stream 0", ProtocolError, frame(Type.Priority, 0, 0, "abcde")],
  ["RST_STREAM on stream 0", ProtocolError, frame(Type.RstStream, 0, 0, uint32(8))],
  ["RST_STREAM on an idle stream", ProtocolError, frame(Type.RstStream, 0, 9, uint32(8))],
  ["SETTINGS on a stream", ProtocolError, frame(Type.Settings, 0, 1)],
  ["PUSH_PROMISE", ProtocolError, Buffer.concat([open, frame(Type.PushPromise, END_HEADERS, 1, uint32(2))])],
  ["PING on a stream", ProtocolError, frame(Type.Ping, 0, 1, eight)],
  ["GOAWAY on a stream", ProtocolError, frame(Type.Goaway, 0, 1, eight)],
  ["WINDOW_UPDATE on an idle stream", ProtocolError, frame(Type.WindowUpdate, 0, 5, uint32(1))],
  ["CONTINUATION of nothing", ProtocolError, frame(Type.Continuation, END_HEADERS, 1, requestBlock)],
  [
    "CONTINUATION of another stream",
    ProtocolError,
    Buffer.concat([frame(Type.Headers, 0, 1), frame(Type.Continuation, 4, 3)]),
  ],
  [
    "a frame within a header block",
    ProtocolError,
    Buffer.concat([frame(Type.Headers, 0, 1), frame(Type.Ping, 0, 0, eight)]),
  ],
  // Values that are not allowed.
  ["a frame size of 0 in SETTINGS", ProtocolError, settings([5, 0])],
  ["a window of 2³¹ in SETTINGS", FlowControlError, settings([4, 0x80000000])],
  ["a window of the connection that overflows", FlowControlError, frame(Type.WindowUpdate, 0, 0, uint32(0x7fffffff))],
  ["a window of the connection that grows by 0", ProtocolError, frame(Type.WindowUpdate, 0, 0, uint32(0))],
  // HPACK.
  ["an index of no table", CompressionError, frame(Type.Headers, END_HEADERS, 1, "\xff\x80\x01")],
  ["index 0", CompressionError, frame(Type.Headers, END_HEADERS, 1, "\x80")],
  ["an integer without end", CompressionError, frame(Type.Headers, END_HEADERS, 1, `\xff${"\xff".repeat(50)}`)],
  ["a string longer than its block", CompressionError, frame(Type.Headers, END_HEADERS, 1, "\x00\x7eabc")],
  [
    "Huffman code with the end of string in it",
    CompressionError,
    frame(Type.Headers, END_HEADERS, 1, "\x00\x84\xff\xff\xff\xff\x00"),
  ],
  ["a table larger than was agreed", CompressionError, frame(Type.Headers, END_HEADERS, 1, "\x3f\xe1\xff\x03")],
  // Too much of what is allowed.
  ["a flood of PING", EnhanceYourCalm, repeat(5_000, () => frame(Type.Ping, 0, 0, eight))],
  ["a flood of acknowledged PING", EnhanceYourCalm, repeat(5_000, () => frame(Type.Ping, ACK, 0, eight))],
  ["a flood of SETTINGS", EnhanceYourCalm, repeat(5_000, () => settings([4, 100]))],
  ["a flood of PRIORITY", EnhanceYourCalm, repeat(5_000, () => frame(Type.Priority, 0, 1, "\0\0\0\0\x10"))],
  ["a flood of unknown frames", EnhanceYourCalm, repeat(5_000, () => frame(0xbb, 0, 0, "x"))],
  ["a flood of empty DATA", EnhanceYourCalm, Buffer.concat([open, repeat(5_000, () => frame(Type.Data, 0, 1))])],
  [
    "a flood of resets",
    EnhanceYourCalm,
    repeat(3_000, (n) =>
      Buffer.concat([
        frame(Type.Headers, END_HEADERS, 2 * n + 1, requestBlock),
        frame(Type.RstStream, 0, 2 * n + 1, uint32(8)),
      ]),
    ),
  ],
  [
    "a flood of resets that it provokes",
    EnhanceYourCalm,
    repeat(3_000, (n) =>
      Buffer.concat([
        frame(Type.Headers, END_HEADERS, 2 * n + 1, requestBlock),
        frame(Type.WindowUpdate, 0, 2 * n + 1, uint32(0)),
      ]),
    ),
  ],
  [
    "a flood of CONTINUATION",
    EnhanceYourCalm,
    Buffer.concat([
      frame(Type.Headers, 0, 1, requestBlock),
      repeat(500, () => frame(Type.Continuation, 0, 1, "\0\x01x\x01y")),
    ]),
  ],
  [
    "a header block of 64 KiB",
    EnhanceYourCalm,
    Buffer.concat([
      frame(Type.Headers, 0, 1, requestBlock),
      repeat(4, (n) => frame(Type.Continuation, n === 3 ? END_HEADERS : 0, 1, block(["k", "v".repeat(16_000)]))),
    ]),
  ],
  [
    "a flood of empty CONTINUATION",
    EnhanceYourCalm,
    Buffer.concat([frame(Type.Headers, 0, 1, requestBlock), repeat(500, () => frame(Type.Continuation, 0, 1))]),
  ],
];

/** What is said behind the greeting, and the code that stream 1 alone ends with. */
const streamEnds: readonly (readonly [name: string, code: number, say: Buffer])[] = [
  ["DATA behind its end", StreamClosed, Buffer.concat([ended, frame(Type.Data, 0, 1, "x")])],
  ["HEADERS behind its end", StreamClosed, Buffer.concat([endedStream, endedStream])],
  ["a window that grows by 0", ProtocolError, Buffer.concat([open, frame(Type.WindowUpdate, 0, 1, uint32(0))])],
  [
    "a window that overflows",
    FlowControlError,
    Buffer.concat([open, frame(Type.WindowUpdate, 0, 1, uint32(0x7fffffff))]),
  ],
  [
    "a trailer that is none",
    ProtocolError,
    Buffer.concat([open, frame(Type.Headers, END_HEADERS, 1, block(["a", "b"]))]),
  ],
  ["no pseudo-header fields", ProtocolError, frame(Type.Headers, END_HEADERS, 1, block(["a", "b"]))],
  ["an empty header block", ProtocolError, frame(Type.Headers, END_HEADERS, 1)],
  ["a name without letters", ProtocolError, headersWith(["", "x"])],
  ["a name in upper case", ProtocolError, headersWith(["Abc", "x"])],
  ["a line break in a value", ProtocolError, headersWith(["abc", "x\r\ny: z"])],
  ["a NUL in a value", ProtocolError, headersWith(["abc", "x\0"])],
  ["`connection`", ProtocolError, headersWith(["connection", "close"])],
  ["`te` other than trailers", ProtocolError, headersWith(["te", "gzip"])],
  [
    "a header over its limit",
    EnhanceYourCalm,
    headersWith(...Array.from({ length: 16 }, (_, n) => [`k${n}`, "v".repeat(1_000)] as const)),
  ],
  [
    "more fields than the limit",
    EnhanceYourCalm,
    headersWith(...Array.from({ length: 101 }, (_, n) => [`k${n}`, ""] as const)),
  ],
  [
    "a field that a table makes large",
    EnhanceYourCalm,
    frame(
      Type.Headers,
      END_HEADERS | END_STREAM,
      1,
      // A field of 3,000 bytes that enters the table, and then is named by its index.
      Buffer.concat([
        requestBlock,
        Buffer.from("\x40\x01a\x7f\xb9\x16", "latin1"),
        Buffer.alloc(3_000, "v"),
        Buffer.alloc(90, 0xbe),
      ]),
    ),
  ],
];

describe("a plaintext server", () => {
  let victim: Victim;
  before(async () => {
    victim = await Victim.start();
  });
  after(() => victim.end());

  describe("ends a connection on", () => {
    for (const [name, code, say] of connectionEnds) {
      test(name, async () => {
        const attacker = await victim.connect();
        attacker.say(GREETING, say);
        const [, healthy] = await Promise.all([attacker.waitForEnd(`GOAWAY ${code}`), victim.healthy.unary({ n: 1 })]);
        assert.equal(healthy.n, 1);
        assert.equal(attacker.ends.at(-1), `GOAWAY ${code}`);
        await attacker.closed;
      });
    }
  });

  describe("ends a stream alone on", () => {
    for (const [name, code, say] of streamEnds) {
      test(name, async () => {
        const attacker = await victim.connect();
        attacker.say(GREETING, say);
        const end = `RST_STREAM 1 ${code}`;
        const [, healthy] = await Promise.all([attacker.waitForEnd(end), victim.healthy.unary({ n: 1 })]);
        assert.equal(healthy.n, 1);
        assert.deepEqual(attacker.ends.slice(-1), [end]);
        // The connection goes on, though: the next stream is answered.
        attacker.say(
          frame(Type.Headers, END_HEADERS, 3, requestBlock),
          frame(Type.Data, END_STREAM, 3, message("\x08\x05")),
          frame(Type.WindowUpdate, 0, 5, uint32(1)),
        );
        await attacker.waitForEnd(`GOAWAY ${ProtocolError}`);
        assert.ok(attacker.received.includes(message("\x08\x05")), attacker.received.toString("latin1"));
      });
    }
  });

  describe("ends a connection that starts with", () => {
    const request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const starts: readonly (readonly [name: string, say: Uint8Array, answer: string])[] = [
      ["an HTTP/1 request, in words of HTTP/1", Buffer.from(request), "HTTP/1.1 505 "],
      [
        "an HTTP/1 request that asks for an upgrade",
        Buffer.from(`${request.trimEnd()}\r\nUpgrade: h2c\r\n\r\n`),
        "HTTP/1.1 505 ",
      ],
      // A TLS alert of level fatal.
      [
        "a TLS ClientHello, in words of TLS",
        Buffer.from("\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03", "latin1"),
        "\x15\x03\x03\x00\x02\x02\x0a",
      ],
      ["words of no protocol", Buffer.from("EHLO example.org\r\n"), ""],
      ["a byte of no protocol", Buffer.from([0]), ""],
    ];
    for (const [name, say, answer] of starts) {
      test(name, async () => {
        const attacker = await victim.connect();
        attacker.say(say);
        await attacker.closed;
        const received = attacker.received.toString("latin1");
        assert.equal(received.slice(0, answer.length || undefined), answer);
        await victim.checkHealthy();
      });
    }

    test("a preface that goes wrong in the middle", async () => {
      const attacker = await victim.connect();
      attacker.say(Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\rX"));
      await attacker.closed;
      assert.deepEqual(attacker.ends, [`GOAWAY ${ProtocolError}`]);
    });

    test("a frame that is no SETTINGS", async () => {
      const attacker = await victim.connect();
      attacker.say(PREFACE, frame(Type.Ping, 0, 0, eight));
      await attacker.closed;
      assert.deepEqual(attacker.ends, [`GOAWAY ${ProtocolError}`]);
    });
  });

  test("refuses streams over its limit, and serves those below", async () => {
    const attacker = await victim.connect();
    attacker.say(GREETING);
    // The handlers of these run until their requests end.
    const stream = block(...requestFields("/robustness.Probe/ClientStream"));
    attacker.say(repeat(1_001, (n) => frame(Type.Headers, END_HEADERS, 2 * n + 1, stream)));
    await attacker.waitForEnd(`RST_STREAM 2001 ${RefusedStream}`);
    assert.deepEqual(attacker.ends, [`RST_STREAM 2001 ${RefusedStream}`]);
    assert.equal(victim.running, 1_000);
    await victim.checkHealthy();
    attacker.socket.destroy();
  });

  test("frees what a client held that breaks off within any frame", async () => {
    const whole = Buffer.concat([
      GREETING,
      frame(Type.Headers, END_HEADERS, 1, block(...requestFields("/robustness.Probe/Bidi"))),
      frame(Type.Data, 0, 1, message("\x08\x05")),
      frame(Type.Headers, END_HEADERS, 3, requestBlock),
      frame(Type.Data, 0, 3, message("\x08")),
    ]);
    for (let length = 1; length < whole.length; length += 7) {
      const attacker = await victim.connect();
      attacker.say(whole.subarray(0, length));
      if (length % 2 === 0) attacker.socket.destroy();
      else attacker.socket.end();
      await attacker.closed;
    }
    await victim.checkHealthy();
  });

  for (const [name, start] of [
    ["from the start", Buffer.alloc(0)],
    ["behind the preface", PREFACE],
    ["behind the greeting", GREETING],
    ["within a call", Buffer.concat([GREETING, open])],
  ] as const) {
    test(`survives random bytes ${name}`, async () => {
      const random = randomNumbers(1);
      for (let round = 0; round < 60; round++) {
        const attacker = await victim.connect();
        attacker.say(start, randomBytes(random, 1 + random(400)));
        attacker.socket.end();
        await attacker.closed;
      }
      await victim.checkHealthy();
    });
  }

  test("survives random frames, and calls with any byte changed", async () => {
    const random = randomNumbers(2);
    const call = Buffer.concat([
      open,
      frame(Type.Data, END_STREAM, 1, message("\x08\x05\x12\x03abc")),
      frame(Type.WindowUpdate, 0, 0, uint32(100)),
      frame(Type.Ping, 0, 0, eight),
    ]);
    for (let round = 0; round < 150; round++) {
      const attacker = await victim.connect();
      attacker.say(GREETING);
      if (round % 2 === 0) {
        attacker.say(repeat(10, () => frame(random(11), random(256), random(6), randomBytes(random, random(40)))));
      } else {
        const changed = Buffer.from(call);
        for (let count = random(3); count >= 0; count--) changed[random(changed.length)] = random(256);
        attacker.say(changed);
      }
      attacker.socket.end();
      await attacker.closed;
    }
    await victim.checkHealthy();
  });
});
