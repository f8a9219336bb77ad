/**
 * Servers that say what they should not, to a live client: its call fails with the right code, and it goes on. One list, long as
 * it is, with what becomes of the call beside what is said.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { after, describe, test } from "node:test";
import { type Channel, type ChannelOptions, type Client, type Code, createChannel, createClient, tls } from "gannet";
import { failsWith } from "./failure.ts";
import { Probe } from "./probe_pb.ts";
import { activeResources, settleResources, watchProcess } from "./resources.ts";
import {
  ACK,
  block,
  END_HEADERS,
  END_STREAM,
  endsOf,
  frame,
  message,
  PADDED,
  PREFACE,
  parseFrames,
  randomBytes,
  randomNumbers,
  settings,
  Type,
  uint32,
} from "./wire.ts";

/** What a server says on each of its connections. */
interface Script {
  /** At once; it hangs up where this is undefined. */
  readonly onConnect: Uint8Array | undefined;
  /** When a header has come. */
  readonly onRequest?: Uint8Array | undefined;
  /** Whether it hangs up behind that. */
  readonly hangsUp?: boolean | undefined;
  /** Resets every stream, as if it had not looked at it. */
  readonly refuses?: boolean | undefined;
}

/** A server that follows a script, and otherwise listens. */
class ScriptedServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** What came on the last connection. */
  #received: Buffer = Buffer.alloc(0);

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start({ onConnect, onRequest, hangsUp, refuses }: Script): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server);
    server.on("connection", (socket: Socket) => {
      scripted.#sockets.add(socket);
      scripted.#received = Buffer.alloc(0);
      socket.on("error", () => {});
      if (onConnect === undefined) socket.destroy();
      else socket.write(onConnect);
      let answered = 0;
      socket.on("data", (chunk: Buffer) => {
        scripted.#received = Buffer.concat([scripted.#received, chunk]);
        for (const id of scripted.#requestIds.slice(answered)) {
          if (refuses === true) socket.write(frame(Type.RstStream, 0, id, uint32(7)));
        }
        const isFirst = answered === 0 && scripted.requests > 0;
        answered = scripted.requests;
        if (!isFirst) return;
        if (hangsUp === true) socket.end(onRequest ?? "");
        else if (onRequest !== undefined) socket.write(onRequest);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return scripted;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many requests came on the last connection. */
  get requests(): number {
    return this.#requestIds.length;
  }

  /** The ends that the client gave the streams and the connection that was the last. */
  get ends(): string[] {
    return endsOf(this.#received.subarray(PREFACE.length));
  }

  get #requestIds(): number[] {
    const frames = parseFrames(this.#received.subarray(PREFACE.length));
    return frames.filter(({ type }) => type === Type.Headers).map(({ streamId }) => streamId);
  }

  /** Waits for all connections to be closed by the client. */
  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) if (!socket.closed) await once(socket, "close");
  }
}

const GREETING = Buffer.concat([settings(), frame(Type.Settings, ACK, 0)]);
const responseBlock = block([":status", "200"], ["content-type", "application/grpc"]);
const header = frame(Type.Headers, END_HEADERS, 1, responseBlock);
const reply = frame(Type.Data, 0, 1, message("\x08\x05"));
const eight = Buffer.alloc(8);

function trailer(...fields: readonly (readonly [string, string])[]): Buffer {
  return frame(Type.Headers, END_HEADERS | END_STREAM, 1, block(...fields));
}

const okTrailer = trailer(["grpc-status", "0"]);

function answer(...frames: readonly Uint8Array[]): Buffer {
  return Buffer.concat(frames);
}

function repeat(count: number, make: (index: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, index) => make(index)));
}

/** A script, and how a call ends over it. */
type Case = readonly [name: string, say: Uint8Array | undefined, code: Code, said: RegExp];

/** What is said instead of a greeting. */
const greetings: readonly Case[] = [
  ["hangs up at once", undefined, "UNAVAILABLE", /closed the connection without a word|ECONNRESET/],
  [
    "answers in HTTP/1",
    Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"),
    "UNAVAILABLE",
    /answers in HTTP\/1, not HTTP\/2: HTTP\/1\.1 400/,
  ],
  ["answers in TLS", Buffer.from("\x15\x03\x03\x00\x02\x02\x28", "latin1"), "UNAVAILABLE", /speaks TLS there/],
  [
    "speaks of something else",
    Buffer.from("220 mail.example.org ESMTP\r\n"),
    "UNAVAILABLE",
    /it begins with "220 mail/,
  ],
  ["sends zeroes", Buffer.alloc(100), "UNAVAILABLE", /no SETTINGS/],
  ["starts with a frame that is no SETTINGS", frame(Type.Ping, 0, 0, eight), "UNAVAILABLE", /no SETTINGS/],
  ["starts with an acknowledgement", frame(Type.Settings, ACK, 0), "UNAVAILABLE", /no SETTINGS/],
  ["has SETTINGS of 5 bytes", frame(Type.Settings, 0, 0, "abcde"), "UNAVAILABLE", /SETTINGS/],
  ["has a frame size of 0", settings([5, 0]), "UNAVAILABLE", /MAX_FRAME_SIZE/],
  ["has a window of 2³¹", settings([4, 0x80000000]), "UNAVAILABLE", /WINDOW/],
  ["promises to push", settings([2, 1]), "UNAVAILABLE", /ENABLE_PUSH/],
  ["says that it goes away", answer(settings(), frame(Type.Goaway, 0, 0, eight)), "UNAVAILABLE", /./],
];

/** What is said to a request, all of which ends the connection. */
const connectionEnds: readonly (readonly [name: string, code: number, say: Buffer])[] = [
  ["DATA on stream 0", 1, frame(Type.Data, 0, 0, "x")],
  ["DATA on an idle stream", 1, frame(Type.Data, 0, 99, "x")],
  ["padding longer than its DATA", 1, answer(header, frame(Type.Data, PADDED, 1, "\x09x"))],
  ["HEADERS on stream 0", 1, frame(Type.Headers, END_HEADERS, 0, responseBlock)],
  ["HEADERS on a stream of its own", 1, frame(Type.Headers, END_HEADERS, 2, responseBlock)],
  ["PUSH_PROMISE", 1, frame(Type.PushPromise, END_HEADERS, 1, uint32(2))],
  ["RST_STREAM of 3 bytes", 6, frame(Type.RstStream, 0, 1, "abc")],
  ["PING of 7 bytes", 6, frame(Type.Ping, 0, 0, "1234567")],
  ["GOAWAY of 7 bytes", 6, frame(Type.Goaway, 0, 0, "1234567")],
  ["WINDOW_UPDATE of 3 bytes", 6, frame(Type.WindowUpdate, 0, 1, "abc")],
  ["PRIORITY of 4 bytes", 6, frame(Type.Priority, 0, 1, "abcd")],
  ["SETTINGS on a stream", 1, frame(Type.Settings, 0, 1)],
  ["CONTINUATION of nothing", 1, frame(Type.Continuation, END_HEADERS, 1, responseBlock)],
  ["a frame of 16 MiB", 6, frame(Type.Data, 0, 1, "", 0xffffff)],
  ["a header block that is garbage", 9, frame(Type.Headers, END_HEADERS, 1, "\xff\xff\xff\xff\xff\xff\xff\xff")],
  ["a window that overflows", 3, frame(Type.WindowUpdate, 0, 0, uint32(0x7fffffff))],
  ["a flood of PING", 11, repeat(5_000, () => frame(Type.Ping, 0, 0, eight))],
  ["a flood of SETTINGS", 11, repeat(5_000, () => settings([4, 100]))],
  [
    "a flood of informational answers",
    11,
    repeat(5_000, () => frame(Type.Headers, END_HEADERS, 1, block([":status", "103"]))),
  ],
  [
    "a flood of empty DATA",
    11,
    answer(
      header,
      repeat(5_000, () => frame(Type.Data, 0, 1)),
    ),
  ],
  [
    "a flood of CONTINUATION",
    11,
    answer(
      frame(Type.Headers, 0, 1, responseBlock),
      repeat(500, () => frame(Type.Continuation, 0, 1, "\0\x01x\x01y")),
    ),
  ],
];

/** What is said to a request that the connection outlives. */
const callEnds: readonly Case[] = [
  ["HEADERS without a status", frame(Type.Headers, END_HEADERS, 1, block(["a", "b"])), "INTERNAL", /:status/],
  ["a status of two digits", frame(Type.Headers, END_HEADERS, 1, block([":status", "20"])), "INTERNAL", /:status/],
  ["a name without letters", trailer([":status", "200"], ["", "x"]), "INTERNAL", /not allowed/],
  ["a line break in a value", trailer([":status", "200"], ["a", "b\nc"]), "INTERNAL", /not allowed/],
  [
    "a header over its limit",
    trailer([":status", "200"], ...Array.from({ length: 16 }, (_, n) => [`k${n}`, "v".repeat(1_000)] as const)),
    "RESOURCE_EXHAUSTED",
    /too large/,
  ],
  ["DATA before HEADERS", frame(Type.Data, 0, 1, "x"), "INTERNAL", /DATA before HEADERS/],
  ["a window that grows by 0", frame(Type.WindowUpdate, 0, 1, uint32(0)), "INTERNAL", /increment is 0/],
  ["a trailer that does not end it", answer(header, header), "INTERNAL", /trailer/],
  ["an answer without a status", answer(header, reply, frame(Type.Data, END_STREAM, 1)), "UNKNOWN", /without a status/],
  ["a trailer without a status", answer(header, reply, trailer(["a", "b"])), "UNKNOWN", /without a status/],
  [
    "a status that is none",
    trailer([":status", "200"], ["content-type", "application/grpc"], ["grpc-status", "many"]),
    "UNKNOWN",
    /.?/,
  ],
  ["a status of a number that is none", answer(header, trailer(["grpc-status", "99"])), "UNKNOWN", /.?/],
  [
    "details that are garbage",
    answer(header, trailer(["grpc-status", "5"], ["grpc-message", "%zz%"], ["grpc-status-details-bin", "!!"])),
    "NOT_FOUND",
    /%zz%/,
  ],
  ["OK and no reply", answer(header, okTrailer), "UNIMPLEMENTED", /no reply/],
  ["two replies", answer(header, reply, reply, okTrailer), "UNIMPLEMENTED", /more than one reply/],
  [
    "a reply that ends early",
    answer(header, frame(Type.Data, 0, 1, message("\x08", 0, 9)), okTrailer),
    "INTERNAL",
    /ends inside a message/,
  ],
  [
    "a reply of 4 GiB, as its prefix says",
    answer(header, frame(Type.Data, 0, 1, message("\x08", 0, 0xffffffff))),
    "RESOURCE_EXHAUSTED",
    /larger than/,
  ],
  [
    "a reply that is compressed",
    answer(header, frame(Type.Data, 0, 1, message("\x08\x05", 1))),
    "INTERNAL",
    /compressed/,
  ],
  ["a flag that means nothing", answer(header, frame(Type.Data, 0, 1, message("\x08\x05", 9))), "INTERNAL", /flag 9/],
  [
    "a compression that was not offered",
    frame(
      Type.Headers,
      END_HEADERS,
      1,
      block([":status", "200"], ["content-type", "application/grpc"], ["grpc-encoding", "lzma"]),
    ),
    "INTERNAL",
    /lzma/,
  ],
  [
    "a reply that is no message",
    answer(header, frame(Type.Data, 0, 1, message("\x12\x7f")), okTrailer),
    "INTERNAL",
    /a reply is no robustness\.Ping/,
  ],
  [
    "a page of HTML",
    answer(
      frame(Type.Headers, END_HEADERS, 1, block([":status", "200"], ["content-type", "text/html"])),
      frame(Type.Data, END_STREAM, 1, "<p>Hello\0</p>"),
    ),
    "UNKNOWN",
    /text\/html.*<p>Hello/,
  ],
  ["503 of a proxy", trailer([":status", "503"]), "UNAVAILABLE", /HTTP status 503/],
  ["404 of a proxy", trailer([":status", "404"]), "UNIMPLEMENTED", /HTTP status 404/],
  ["RST_STREAM(PROTOCOL_ERROR)", frame(Type.RstStream, 0, 1, uint32(1)), "INTERNAL", /PROTOCOL_ERROR/],
  ["RST_STREAM(CANCEL)", answer(header, frame(Type.RstStream, 0, 1, uint32(8))), "CANCELLED", /CANCEL/],
  ["RST_STREAM(ENHANCE_YOUR_CALM)", frame(Type.RstStream, 0, 1, uint32(11)), "RESOURCE_EXHAUSTED", /ENHANCE_YOUR_CALM/],
  [
    "RST_STREAM(INADEQUATE_SECURITY)",
    frame(Type.RstStream, 0, 1, uint32(12)),
    "PERMISSION_DENIED",
    /INADEQUATE_SECURITY/,
  ],
  ["RST_STREAM of a code that is none", frame(Type.RstStream, 0, 1, uint32(0xffff)), "INTERNAL", /0xffff/],
];

describe("a call to a server that", () => {
  const before_ = activeResources();
  const process = watchProcess();
  after(async () => {
    await settleResources(before_);
    process.stop();
    assert.deepEqual(process.errors, []);
  });

  async function withScript(
    script: Script,
    use: (client: Client<typeof Probe>, server: ScriptedServer, channel: Channel) => Promise<void>,
    options: ChannelOptions & { readonly scheme?: "https" } = {},
  ): Promise<void> {
    const { scheme = "http", ...channelOptions } = options;
    const server = await ScriptedServer.start(script);
    const channel = createChannel(`${scheme}://127.0.0.1:${server.port}`, channelOptions);
    await use(createClient(Probe, channel), server, channel);
    await channel.close();
    await server.close();
  }

  /** Each kind of call, to be failed. */
  function calls(client: Client<typeof Probe>): readonly (() => PromiseLike<unknown>)[] {
    return [
      () => client.unary({ n: 1 }),
      () => client.serverStream({ n: 1 }).next(),
      () => client.clientStream([{ n: 1 }]),
      () => client.bidi([{ n: 1 }]).next(),
    ];
  }

  for (const [name, say, code, said] of greetings) {
    test(`${name} fails with ${code}`, async () => {
      await withScript({ onConnect: say }, async (client, server) => {
        for (const call of calls(client)) {
          const { reason } = await failsWith(call(), code, said);
          assert.ok(reason.includes(`127.0.0.1:${server.port}`), reason);
        }
      });
    });
  }

  for (const [name, http2Code, say] of connectionEnds) {
    test(`answers with ${name} fails with UNAVAILABLE, and the server with code ${http2Code}`, async () => {
      await withScript({ onConnect: GREETING, onRequest: say }, async (client, server) => {
        const { reason } = await failsWith(client.unary({ n: 1 }), "UNAVAILABLE");
        assert.ok(reason.includes(`127.0.0.1:${server.port}`), reason);
        // The next one finds another connection, and the same there.
        await failsWith(client.bidi([]).next(), "UNAVAILABLE");
        while (!server.ends.includes(`GOAWAY ${http2Code}`)) await new Promise((resolve) => setImmediate(resolve));
      });
    });
  }

  for (const [name, say, code, said] of callEnds) {
    test(`answers with ${name} fails with ${code}`, async () => {
      await withScript({ onConnect: GREETING, onRequest: say }, async (client) => {
        await failsWith(client.unary({ n: 1 }), code, said);
      });
    });
  }

  for (const [name, say] of [
    ["before a header", Buffer.alloc(0)],
    ["behind a header", header],
    ["within a frame", answer(header, reply.subarray(0, 11))],
    ["behind a reply", answer(header, reply)],
  ] as const) {
    test(`hangs up ${name} fails with UNAVAILABLE`, async () => {
      await withScript({ onConnect: GREETING, onRequest: say, hangsUp: true }, async (client, server) => {
        const { reason } = await failsWith(client.unary({}), "UNAVAILABLE", /closed the connection/);
        assert.ok(reason.includes(`127.0.0.1:${server.port}`), reason);
      });
    });
  }

  test("refuses each stream fails with UNAVAILABLE, after one more attempt", async () => {
    const script = { onConnect: GREETING, refuses: true };
    await withScript(script, async (client, server) => {
      await failsWith(client.unary({ n: 1 }), "UNAVAILABLE", /REFUSED_STREAM/);
      assert.equal(server.requests, 2);
    });
  });

  test("says nothing at all fails once connecting has taken too long", async () => {
    await withScript(
      { onConnect: Buffer.alloc(0) },
      async (client, server) => {
        const { reason } = await failsWith(client.unary({}), "UNAVAILABLE", /no answer in/);
        assert.ok(reason.includes(`127.0.0.1:${server.port}`), reason);
      },
      { minConnectTimeoutMs: 50, backoff: { initialMs: 50, maxMs: 50 } },
    );
  });

  test("says nothing to a request fails at its deadline", async () => {
    await withScript({ onConnect: GREETING }, async (client) => {
      await failsWith(client.unary({}, { timeoutMs: 30 }), "DEADLINE_EXCEEDED");
      await failsWith(client.serverStream({}, { timeoutMs: 30 }).next(), "DEADLINE_EXCEEDED");
    });
  });

  test("does not speak TLS although the client does fails with UNAVAILABLE", async () => {
    for (const say of [GREETING, Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), undefined, Buffer.alloc(7, 0x16)]) {
      await withScript(
        { onConnect: say },
        async (client, server) => {
          const { reason } = await failsWith(client.unary({}), "UNAVAILABLE", /TLS|closed/);
          assert.ok(reason.includes(`127.0.0.1:${server.port}`), reason);
        },
        { scheme: "https", credentials: tls() },
      );
    }
  });

  test("sends random bytes at any stage fails, whatever they are", async () => {
    const random = randomNumbers(5);
    for (let round = 0; round < 80; round++) {
      const bytes = randomBytes(random, 1 + random(200));
      const frames = repeat(8, () => frame(random(11), random(256), random(4), randomBytes(random, random(30))));
      const script = [
        { onConnect: bytes },
        { onConnect: answer(GREETING, bytes) },
        { onConnect: GREETING, onRequest: bytes },
        { onConnect: GREETING, onRequest: answer(header, frames) },
      ][round % 4] as Script;
      await withScript(script, async (client) => {
        const code = await client.unary({ n: 1 }, { timeoutMs: 200 }).then(
          () => "OK",
          (error) => String(error.code),
        );
        assert.match(
          code,
          /^(?:UNAVAILABLE|INTERNAL|UNKNOWN|DEADLINE_EXCEEDED|CANCELLED|RESOURCE_EXHAUSTED|PERMISSION_DENIED)$/,
        );
      });
    }
  });
});
