import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { PointSchema, RouteGuide } from "../client/testdata/route_guide_pb.ts";
import type { GrpcEvent } from "../core/index.ts";
import { gzip } from "../node/index.ts";
import { frames, Http2Peer, PeerFrameReader, VirtualClock } from "../testing/index.ts";
import { GrpcServer } from "./grpc-server.ts";

const { END_HEADERS, END_STREAM } = frames;

/** Fields of every answer, which tell nothing. */
const ALWAYS_THERE: ReadonlySet<string> = new Set(["content-type", "grpc-accept-encoding"]);

/** A client that says bytes, and reads what comes back. */
class RawClient {
  readonly clock = new VirtualClock();
  readonly events: GrpcEvent[] = [];
  readonly server = new GrpcServer(
    {
      onEvent: (event) => event.level !== "debug" && this.events.push(event),
      maxReceiveBytes: 1000,
      compressors: [gzip()],
    },
    this.clock,
  );
  readonly #peer: Http2Peer;
  handled = 0;

  constructor() {
    this.server.addPartial(RouteGuide, {
      getFeature: () => {
        this.handled++;
        return { name: "x" };
      },
      recordRoute: async (requests) => {
        for await (const _ of requests) this.handled++;
        return {};
      },
    });
    this.#peer = Http2Peer.connect(this.server);
  }

  get isEnded(): boolean {
    return this.#peer.isEnded;
  }

  async say(...chunks: readonly Uint8Array[]): Promise<void> {
    this.#peer.send(...chunks);
    await this.clock.advance(0);
  }

  async greet(): Promise<this> {
    await this.say(frames.PREFACE, frames.settings(), frames.settingsAck);
    this.#peer.take();
    return this;
  }

  bytes(): string {
    return Buffer.from(this.#peer.takeBytes()).toString("latin1");
  }

  /** What came, headers by their fields. */
  answers(): string[] {
    return this.#peer.take().map(({ type, fields, flags, text }) => {
      if (type !== "HEADERS") return text;
      const shown = fields?.filter(([name]) => !ALWAYS_THERE.has(name)).map(([name, value]) => `${name}=${value}`);
      return `${shown?.join(" ")}${flags & END_STREAM ? " end" : ""}`;
    });
  }

  close(): void {
    this.#peer.destroy();
  }
}

const request = (path: string, extra: Readonly<Record<string, string>> = {}): Uint8Array =>
  frames.block(
    ...Object.entries({
      ":method": "POST",
      ":scheme": "http",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...extra,
    }),
  );

const UNARY = "/routeguide.RouteGuide/GetFeature";
const CLIENT_STREAM = "/routeguide.RouteGuide/RecordRoute";
const point = frames.envelope(toBinary(PointSchema, create(PointSchema, { latitude: 5 })));
const good = (id: number): Uint8Array[] => [frames.headers(id, request(UNARY)), frames.data(id, point, END_STREAM)];
const GOOD_ANSWER = [":status=200", "DATA {} [8]", "grpc-status=0 end"];

describe("a request that is not as it should be gets its status:", () => {
  for (const [name, say, answer] of [
    ["another method", [frames.headers(1, request(UNARY, { ":method": "GET" }), 5)], ":status=405 end"],
    [
      "another content-type",
      [frames.headers(1, request(UNARY, { "content-type": "application/json" }), 5)],
      ":status=415 end",
    ],
    ["no content-type", [frames.headers(1, request(UNARY, { "content-type": "" }), 5)], ":status=415 end"],
    [
      "a malformed timeout",
      [frames.headers(1, request(UNARY, { "grpc-timeout": "1 s" }), 5)],
      ":status=200 grpc-status=13 grpc-message=grpc-timeout is malformed end",
    ],
    [
      "a compression",
      [frames.headers(1, request(UNARY, { "grpc-encoding": "snappy" }), 5)],
      ':status=200 grpc-status=12 grpc-message=this server does not know the compression "snappy"; it knows identity,gzip end',
    ],
    [
      "an unknown service",
      [frames.headers(1, request("/a.B/C"), 5)],
      ":status=200 grpc-status=12 grpc-message=there is no method /a.B/C end",
    ],
    [
      "an unknown method",
      [frames.headers(1, request("/routeguide.RouteGuide/X"), 5)],
      ":status=200 grpc-status=12 grpc-message=service routeguide.RouteGuide has no method X end",
    ],
    [
      "a path without a slash",
      [frames.headers(1, request(UNARY.slice(1)), 5)],
      ":status=200 grpc-status=12 grpc-message=there is no method routeguide.RouteGuide/GetFeature end",
    ],
    [
      "no message",
      [frames.headers(1, request(UNARY), 5)],
      ":status=200 grpc-status=12 grpc-message=there is no request, where one is due end",
    ],
    [
      "no message, said by DATA",
      [frames.headers(1, request(UNARY)), frames.data(1, "", END_STREAM)],
      ":status=200 grpc-status=12 grpc-message=there is no request, where one is due end",
    ],
    [
      "two messages",
      [frames.headers(1, request(UNARY)), frames.data(1, Buffer.concat([point, point]), END_STREAM)],
      ":status=200 grpc-status=12 grpc-message=there is more than one request, where one is due end",
    ],
    [
      "half a message",
      [frames.headers(1, request(UNARY)), frames.data(1, point.subarray(0, 6), END_STREAM)],
      ":status=200 grpc-status=13 grpc-message=the request ends inside a message end",
    ],
    [
      "half an envelope",
      [frames.headers(1, request(CLIENT_STREAM)), frames.data(1, point.subarray(0, 3), END_STREAM)],
      ":status=200 grpc-status=13 grpc-message=the request ends inside a message end",
    ],
    [
      "a compressed message",
      [frames.headers(1, request(UNARY)), frames.data(1, frames.envelope(Buffer.from("x"), 1), END_STREAM)],
      /grpc-status=13 grpc-message=a message is compressed/,
    ],
    [
      "a message that does not decode",
      [frames.headers(1, request(UNARY)), frames.data(1, frames.envelope(Buffer.from([0xff])), END_STREAM)],
      /grpc-status=13 grpc-message=a request is no routeguide\.Point: /,
    ],
    [
      "a message over the limit",
      [frames.headers(1, request(UNARY)), frames.data(1, Buffer.from([0, 0x7f, 0, 0, 0]), END_STREAM)],
      /grpc-status=8 grpc-message=a request of 2130706432 bytes/,
    ],
  ] as const) {
    test(name, async () => {
      const client = await new RawClient().greet();
      await client.say(...say);
      const answers = client.answers();
      if (typeof answer === "string") assert.deepEqual(answers, [answer]);
      else {
        assert.equal(answers.length, 1);
        assert.match(answers[0] ?? "", answer);
      }
      assert.equal(client.handled, 0);
      // Others are answered all the same.
      await client.say(...good(3));
      assert.deepEqual(
        client.answers(),
        GOOD_ANSWER.map((one) => one.replace("{}", "3")),
      );
      client.close();
    });
  }

  test("an error before the end of the request asks the client to stop", async () => {
    const client = await new RawClient().greet();
    await client.say(frames.headers(1, request("/a.B/C")));
    assert.deepEqual(client.answers(), [
      ":status=200 grpc-status=12 grpc-message=there is no method /a.B/C end",
      "RST_STREAM 1 NO_ERROR",
    ]);
    await client.say(frames.data(1, "late"), frames.headers(1, frames.block(["late", "x"]), 5), ...good(3));
    assert.equal(client.answers().length, 3);
    assert.deepEqual(client.events, []);
    client.close();
  });

  test("a path of any length and letters is quoted in part, and safely", async () => {
    const client = await new RawClient().greet();
    await client.say(frames.headers(1, request(`/\u0001${"x".repeat(10_000)}/y`), 5));
    const [answer] = client.answers();
    assert.match(answer ?? "", /grpc-message=there is no method \/%01x{200,260} end$/);
    client.close();
  });
});

describe("a request in any pieces is answered", () => {
  for (const size of [1, 2, 3, 7, 20]) {
    test(`of ${size} bytes`, async () => {
      const client = new RawClient();
      const bytes = Buffer.concat([frames.PREFACE, frames.settings(), frames.settingsAck, ...good(1)]);
      for (let at = 0; at < bytes.length; at += size) await client.say(bytes.subarray(at, at + size));
      assert.deepEqual(
        client.answers().slice(-3),
        GOOD_ANSWER.map((one) => one.replace("{}", "1")),
      );
      assert.equal(client.handled, 1);
      client.close();
    });
  }
});

test("a violation ends its connection, and is told under a stable name", async () => {
  const client = await new RawClient().greet();
  await client.say(frames.data(1, "x"), ...good(3));
  assert.deepEqual(client.answers(), ["GOAWAY 0 PROTOCOL_ERROR"]);
  assert.ok(client.isEnded);
  assert.deepEqual(
    client.events.map(({ name, fields }) => [name, fields["violation"], fields["peer"]]),
    [["http2-violation", "PROTOCOL_ERROR", "in-memory"]],
  );
  await client.server.shutdown();
});

describe("first bytes", () => {
  for (const [name, hello, answer] of [
    ["HTTP/1", "GET / HTTP/1.1\r\n\r\n", /^HTTP\/1\.1 505 [\s\S]*\r\n\r\nThis is a gRPC server/],
    ["HTTP/1 with a body", "POST /a.B/C HTTP/1.1\r\n\r\n", /^HTTP\/1\.1 505/],
    ["TLS", "\x16\x03\x01\x02\x00\x01", "\x15\x03\x03\x00\x02\x02\x0a"],
    ["garbage", "hello there", /^$/],
    ["what starts like HTTP/1 and is not", "GETAWAYS and more", /^$/],
    ["zeroes", "\0\0\0\0", /^$/],
  ] as const) {
    test(`of ${name} get an answer, and the connection ends`, async () => {
      const client = new RawClient();
      await client.say(Buffer.from(hello, "latin1"));
      const seen = client.bytes();
      if (typeof answer === "string") assert.equal(seen, answer);
      else assert.match(seen, answer);
      assert.ok(client.isEnded);
      await client.server.shutdown();
    });
  }

  test("of HTTP/1 get an answer of the length that it says", async () => {
    const client = new RawClient();
    await client.say(Buffer.from("HEAD / HTTP/1.1\r\n\r\n"));
    const [head, body] = client.bytes().split("\r\n\r\n");
    assert.equal(Number(/content-length: (\d+)/.exec(head ?? "")?.[1]), body?.length);
  });

  test("of HTTP/2 that go wrong behind the first words end with GOAWAY", async () => {
    const client = new RawClient();
    await client.say(Buffer.from("PRI * HTTP/2.0\r\n\r\nXX"));
    assert.equal(client.answers().at(-1), "GOAWAY 0 PROTOCOL_ERROR");
    assert.ok(client.isEnded);
  });

  for (const [name, hello] of [
    ["nothing", ""],
    ["half of the preface", "PRI * HT"],
    ["half of a word", "GE"],
  ] as const) {
    test(`that are ${name} are waited for 10 s`, async () => {
      const client = new RawClient();
      await client.say(Buffer.from(hello));
      await client.clock.advance(9_900);
      assert.ok(!client.isEnded);
      await client.clock.advance(200);
      assert.ok(client.isEnded);
      assert.equal(client.server.deadlines.size, 0);
      await client.server.shutdown();
    });
  }

  test("and no settings behind them are waited for 10 s", async () => {
    const client = new RawClient();
    await client.say(frames.PREFACE);
    await client.clock.advance(10_100);
    assert.equal(client.answers().at(-1), "GOAWAY 0 SETTINGS_TIMEOUT");
    assert.ok(client.isEnded);
  });

  test("that came leave no timer", async () => {
    const client = await new RawClient().greet();
    assert.equal(client.server.deadlines.size, 0);
    client.close();
  });
});

test("a client that resets each call at once is let go, and its calls with it", async () => {
  const client = await new RawClient().greet();
  for (let id = 1; id < 4000 && !client.isEnded; id += 200) {
    const chunks: Uint8Array[] = [];
    for (let one = id; one < id + 200; one += 2)
      chunks.push(frames.headers(one, request(CLIENT_STREAM), END_HEADERS), frames.rstStream(one, 8));
    await client.say(...chunks);
  }
  assert.match(client.answers().at(-1) ?? "", /^GOAWAY \d+ ENHANCE_YOUR_CALM$/);
  await client.server.shutdown();
});

describe("what a client does too often is counted under its name, and told:", () => {
  const open = frames.headers(1, request(CLIENT_STREAM));
  for (const [violation, say] of [
    ["window-update-flood", [open, ...Array.from({ length: 8 }, () => frames.windowUpdate(1, 1))]],
    ["empty-data-flood", [open, ...Array.from({ length: 101 }, () => frames.data(1))]],
    ["tiny-data-flood", [open, ...Array.from({ length: 1001 }, () => frames.data(1, "\0"))]],
    ["priority-flood", Array.from({ length: 101 }, () => frames.frame(2, 0, 9, Buffer.alloc(5)))],
    ["settings-flood", Array.from({ length: 1001 }, () => frames.settings())],
    [
      "continuation-flood",
      [
        frames.headers(1, Buffer.alloc(0), 0),
        ...Array.from({ length: 9 }, () => frames.continuation(1, Buffer.alloc(0))),
      ],
    ],
    ["header-block-timeout", [frames.headers(1, Buffer.alloc(0), 0)]],
  ] as const) {
    test(violation, async () => {
      const client = await new RawClient().greet();
      const other = Http2Peer.connect(client.server);
      other.send(frames.PREFACE, frames.settings(), frames.settingsAck);
      await client.say(...say);
      await client.clock.advance(11_000);
      assert.match(client.answers().at(-1) ?? "", /^GOAWAY \d+ ENHANCE_YOUR_CALM$/);
      assert.deepEqual(client.server.stats().violations, { [violation]: 1 });
      assert.deepEqual(
        client.events.map(({ name, fields }) => [name, fields["violation"]]),
        [["http2-violation", violation]],
      );
      other.send(...good(1));
      await client.clock.advance(0);
      assert.ok(other.take().some(({ text }) => text === "HEADERS 1 end"));
      other.destroy();
      await client.server.shutdown();
      assert.equal(client.server.deadlines.size, 0);
    });
  }
});

test("a window of 0 and calls without end hold no more than the limit of streams", async () => {
  const client = new RawClient();
  await client.say(frames.PREFACE, frames.settings([4, 0]), frames.settingsAck);
  for (let id = 1; id < 3000; id += 2) await client.say(...good(id));
  const refused = client.answers().filter((one) => one.startsWith("RST_STREAM"));
  assert.equal(refused.length, 500);
  client.close();
});

test("a server that listens outlives clients that break off anywhere", async () => {
  const events: string[] = [];
  const server = new GrpcServer(
    { onEvent: ({ name, level }) => level === "warning" && events.push(name) },
    new VirtualClock(),
  );
  server.addPartial(RouteGuide, { getFeature: () => ({}) });
  const { port } = await server.listen("127.0.0.1:0");
  const script = Buffer.concat([frames.PREFACE, frames.settings(), ...good(1), ...good(3)]);
  for (let cut = 0; cut < script.length; cut += 5) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write(script.subarray(0, cut));
    if (cut % 2 === 0) socket.resetAndDestroy();
    else socket.destroy();
  }
  const socket = connect(port, "127.0.0.1");
  socket.write(script);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) {
    chunks.push(chunk as Buffer);
    if (
      new PeerFrameReader()
        .read(Buffer.concat(chunks))
        .filter(({ flags, type }) => type === "HEADERS" && flags & END_STREAM).length === 2
    )
      break;
  }
  await server.shutdown({ graceMs: 0 });
  assert.deepEqual(events, []);
});
