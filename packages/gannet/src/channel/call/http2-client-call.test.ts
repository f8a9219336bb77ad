import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { TimerWheel } from "../../base/index.ts";
import { FeatureSchema, RouteGuide } from "../../client/testdata/route_guide_pb.ts";
import { CodecCache } from "../../codec/index.ts";
import type { CallEnd, CallWriter } from "../../core/index.ts";
import { ScriptedPeer } from "../../http2/connection/testdata/scripted-peer.ts";
import { messageSettings } from "../../protocol/index.ts";
import * as frames from "../../testing/http2/frames.ts";
import { VirtualClock } from "../../testing/index.ts";
import { ClientConnection } from "./client-connection.ts";
import { startHttp2Call } from "./http2-client-call.ts";

const { END_STREAM } = frames;
const both = frames.END_HEADERS | END_STREAM;

const header = frames.block([":status", "200"], ["content-type", "application/grpc"]);
const okTrailer = frames.block(["grpc-status", "0"]);

function reply(name: string): Buffer {
  const message = toBinary(FeatureSchema, create(FeatureSchema, { name }));
  return Buffer.concat([Buffer.from([0]), frames.uint32(message.length), message]);
}

/** A call whose server is the test. */
class ScriptedCall {
  readonly clock = new VirtualClock();
  readonly deadlines = new TimerWheel(this.clock);
  readonly peer = new ScriptedPeer("client").greet();
  readonly events: string[] = [];
  readonly writer: CallWriter;
  /** Called with each reply. */
  onReply: () => void = () => {};

  constructor(
    kind: "unary" | "stream" = "unary",
    demand = 10,
    options: { readonly deadline?: number; readonly isRetried?: boolean } = {},
  ) {
    const connection = new ClientConnection({
      http2: this.peer.connection,
      peer: "10.0.0.1:443",
      authority: "test",
      scheme: "http",
      deadlines: this.deadlines,
      codecs: new CodecCache(),
      format: "proto",
      messages: messageSettings({ maxReceiveBytes: 1_000_000 }, () => []),
      userAgent: "test",
    });
    const method = kind === "unary" ? RouteGuide.method.getFeature : RouteGuide.method.listFeatures;
    const init = { metadata: undefined, deadline: options.deadline, waitForReady: false };
    const unprocessed = { onUnprocessed: () => options.isRetried === true };
    this.writer = startHttp2Call(
      connection,
      method,
      init,
      {
        onHeader: () => this.events.push("header"),
        onMessage: (message) => {
          this.events.push(`message ${(message as { name: string }).name.slice(0, 9)}`);
          this.onReply();
        },
        onWritable: () => this.events.push("writable"),
        onEnd: (end) => this.events.push(describeEnd(end)),
      },
      unprocessed,
    );
    this.writer.request(demand);
  }

  say(...chunks: readonly Uint8Array[]): this {
    this.peer.say(...chunks);
    return this;
  }
}

function describeEnd({ error }: CallEnd): string {
  return error === undefined ? "OK" : error.message;
}

const goodReply = [frames.headers(1, header), frames.data(1, reply("a")), frames.headers(1, okTrailer, both)];

describe("a call ends as its server says:", () => {
  for (const [name, say, events] of [
    ["OK", goodReply, ["header", "message a", "OK"]],
    [
      "a status alone",
      [
        frames.headers(
          1,
          frames.block(
            [":status", "200"],
            ["content-type", "application/grpc"],
            ["grpc-status", "5"],
            ["grpc-message", "n%C3%B6"],
          ),
          both,
        ),
      ],
      ["NOT_FOUND: nö"],
    ],
    [
      "a status behind a reply",
      [
        frames.headers(1, header),
        frames.data(1, reply("a")),
        frames.headers(1, frames.block(["grpc-status", "10"]), both),
      ],
      ["header", "message a", "ABORTED: "],
    ],
    [
      "no status",
      [frames.headers(1, header), frames.headers(1, frames.block(["x", "y"]), both)],
      ["header", "UNKNOWN: the server ended the call without a status"],
    ],
    [
      "no trailer",
      [frames.headers(1, header), frames.data(1, reply("a"), END_STREAM)],
      ["header", "message a", "UNKNOWN: the server ended the call without a status"],
    ],
    [
      "OK without a reply",
      [frames.headers(1, header), frames.headers(1, okTrailer, both)],
      ["header", "UNIMPLEMENTED: the server sent no reply, where one is due"],
    ],
    [
      "two replies",
      [frames.headers(1, header), frames.data(1, Buffer.concat([reply("a"), reply("b")]))],
      ["header", "message a", "UNIMPLEMENTED: the server sent more than one reply, where one is due"],
    ],
    [
      "half a reply",
      [frames.headers(1, header), frames.data(1, reply("a").subarray(0, 6)), frames.headers(1, okTrailer, both)],
      ["header", "INTERNAL: the reply ends inside a message"],
    ],
    [
      "a compression that was not offered",
      [
        frames.headers(
          1,
          frames.block([":status", "200"], ["content-type", "application/grpc"], ["grpc-encoding", "gzip"]),
        ),
      ],
      ['INTERNAL: the server compresses with "gzip", which was not offered'],
    ],
    [
      "messages in JSON, which were not asked for",
      [
        frames.headers(1, frames.block([":status", "200"], ["content-type", "application/grpc+json"])),
        frames.data(1, "{}", END_STREAM),
      ],
      ["UNKNOWN: the server answered with HTTP status 200 and content-type application/grpc+json, not with gRPC: {}"],
    ],
    [
      "a web page",
      [
        frames.headers(1, frames.block([":status", "503"], ["content-type", "text/html"])),
        frames.data(1, "<h1>\u001bBusy</h1>", END_STREAM),
      ],
      [
        "UNAVAILABLE: the server answered with HTTP status 503 and content-type text/html, not with gRPC: <h1> Busy</h1>",
      ],
    ],
    [
      "a web page that is long",
      [frames.headers(1, frames.block([":status", "404"])), frames.data(1, "x".repeat(300))],
      [
        `UNIMPLEMENTED: the server answered with HTTP status 404 and no content-type, not with gRPC: ${"x".repeat(256)}`,
      ],
    ],
    [
      "another content-type with a status",
      [frames.headers(1, frames.block([":status", "200"], ["content-type", "text/plain"], ["grpc-status", "7"]), both)],
      ["PERMISSION_DENIED: "],
    ],
    ["RST_STREAM CANCEL", [frames.rstStream(1, 8)], ["CANCELLED: the peer reset the stream: CANCEL"]],
    ["RST_STREAM REFUSED_STREAM", [frames.rstStream(1, 7)], ["UNAVAILABLE: the peer reset the stream: REFUSED_STREAM"]],
    [
      "RST_STREAM ENHANCE_YOUR_CALM",
      [frames.rstStream(1, 11)],
      ["RESOURCE_EXHAUSTED: the peer reset the stream: ENHANCE_YOUR_CALM"],
    ],
    [
      "RST_STREAM NO_ERROR before a trailer",
      [frames.rstStream(1, 0)],
      ["INTERNAL: the peer reset the stream: NO_ERROR"],
    ],
    ["RST_STREAM behind the trailer", [...goodReply, frames.rstStream(1, 0)], ["header", "message a", "OK"]],
    [
      "GOAWAY below it",
      [frames.goaway(0, 0, "bye")],
      ["UNAVAILABLE: the server closes the connection: NO_ERROR (bye) (10.0.0.1:443)"],
    ],
    ["a broken rule", [frames.data(1, "x")], ["INTERNAL: DATA before HEADERS"]],
  ] as const) {
    test(name, () => {
      const call = new ScriptedCall();
      call.writer.send({ latitude: 1 });
      call.say(...say);
      assert.deepEqual(call.events, events);
      assert.equal(call.peer.connection.streamCount, 0, "the stream is gone, although the requests were not ended");
      // Whatever comes later comes to nobody.
      call.peer.connection.onPipeEnd("gone");
      call.writer.cancel();
      assert.deepEqual(call.events, events);
    });
  }

  test("the connection is gone", () => {
    const call = new ScriptedCall();
    call.peer.connection.onPipeEnd("read ECONNRESET");
    assert.deepEqual(call.events, ["UNAVAILABLE: read ECONNRESET (10.0.0.1:443)"]);
  });
});

test("a call that the server has not looked at may be started again, and then does not end here", () => {
  const call = new ScriptedCall("unary", 1, { isRetried: true });
  call.say(frames.rstStream(1, 7));
  assert.deepEqual(call.events, []);
});

test("replies come no faster than they are asked for, and the end behind them", () => {
  const call = new ScriptedCall("stream", 1);
  const all = ["a", "b", "c"].map((name) => frames.data(1, reply(name)));
  call.say(frames.headers(1, header), ...all, frames.headers(1, okTrailer, both));
  assert.deepEqual(call.events, ["header", "message a"]);
  call.writer.request(1);
  assert.deepEqual(call.events.slice(2), ["message b"]);
  call.writer.request(1);
  assert.deepEqual(call.events.slice(3), ["message c", "OK"]);
});

test("replies that nobody asked for fill no more than the window, however they are cut into frames", () => {
  const call = new ScriptedCall("stream", 0);
  call.peer.seen();
  const bytes = Buffer.concat(Array.from({ length: 100 }, () => reply("x".repeat(20_000))));
  call.say(frames.headers(1, header));
  let at = 0;
  for (; at < 262_144; at += 16_384) call.say(frames.data(1, bytes.subarray(at, at + 16_384)));
  const updates = (): string[] => call.peer.seen().filter((one) => one.startsWith("WINDOW_UPDATE 1"));
  assert.deepEqual(updates(), []);
  call.writer.request(14);
  assert.equal(call.events.filter((event) => event.startsWith("message")).length, 13);
  const given = updates().reduce((sum, one) => sum + Number(one.split("+")[1]), 0);
  assert.ok(given >= 131_072 && given <= 262_144, `${given} bytes were given back`);
});

test("a reply larger than the window is taken once it was asked for", () => {
  const call = new ScriptedCall("stream", 1);
  const bytes = reply("x".repeat(800_000));
  call.say(frames.headers(1, header));
  let window = 262_144;
  for (let at = 0; at < bytes.length; at += 16_384) {
    const piece = bytes.subarray(at, at + 16_384);
    window -= piece.length;
    assert.ok(window >= 0, "the server may send all of it");
    call.say(frames.data(1, piece));
    for (const { type, streamId, payload } of call.peer.frames())
      if (type === "WINDOW_UPDATE" && streamId === 1) window += Buffer.from(payload).readUInt32BE(0);
  }
  assert.deepEqual(call.events, ["header", "message xxxxxxxxx"]);
});

describe("a deadline", () => {
  test("ends the call here, resets the stream, and was told to the server", async () => {
    const call = new ScriptedCall("unary", 1, { deadline: 100 });
    await call.clock.advance(150);
    assert.deepEqual(call.events, ["DEADLINE_EXCEEDED: the deadline passed before the call was over (10.0.0.1:443)"]);
    assert.equal(call.peer.seen().at(-1), "RST_STREAM 1 CANCEL");
  });

  test("that passes while replies wait to be read changes nothing", async () => {
    const call = new ScriptedCall("stream", 0, { deadline: 100 });
    call.say(...goodReply);
    await call.clock.advance(1000);
    call.writer.request(2);
    assert.deepEqual(call.events, ["header", "message a", "OK"]);
    assert.equal(call.deadlines.size, 0);
  });

  test("that the server saw pass a little earlier, of which it was told in whole milliseconds, has passed", async () => {
    for (const [resetAt, expected] of [
      [99.5, "DEADLINE_EXCEEDED: the deadline passed before the call was over (10.0.0.1:443)"],
      [98.5, "CANCELLED: the peer reset the stream: CANCEL"],
    ] as const) {
      const call = new ScriptedCall("unary", 1, { deadline: 100 });
      await call.clock.advance(resetAt);
      call.say(frames.rstStream(1, 8));
      assert.deepEqual(call.events, [expected]);
    }
  });

  test("leaves no timer when the call ends before it", () => {
    for (const say of [goodReply, [frames.rstStream(1, 8)], [frames.data(1, "x")]]) {
      const call = new ScriptedCall("unary", 5, { deadline: 60_000 });
      call.say(...say);
      assert.equal(call.deadlines.size, 0);
    }
  });
});

test("a request is a header, and a message that ends the stream", () => {
  const call = new ScriptedCall();
  call.writer.send({ latitude: 1 }, true);
  const [first, second, ...none] = call.peer.frames();
  assert.equal(first?.type, "HEADERS");
  assert.deepEqual(
    [second?.type, second?.flags, Buffer.from(second?.payload ?? []).toString("hex")],
    ["DATA", END_STREAM, "00000000020801"],
  );
  assert.deepEqual(none, []);
});

test("no more bytes come than were asked for, beside the reply that goes beyond", () => {
  const call = new ScriptedCall("stream", 0);
  call.writer.request(10, 100);
  call.say(
    frames.headers(1, header),
    frames.data(1, Buffer.concat(["a".repeat(60), "b".repeat(60), "c", "d"].map(reply))),
  );
  assert.deepEqual(call.events, ["header", "message aaaaaaaaa", "message bbbbbbbbb"]);
  call.writer.request(1, 2);
  assert.deepEqual(call.events.slice(3), ["message c"]);
  call.say(frames.headers(1, okTrailer, both));
  call.writer.request(1, 100);
  assert.deepEqual(call.events.slice(4), ["message d", "OK"]);
});

test("nothing comes behind a cancel, not even what was held back", () => {
  const call = new ScriptedCall("stream", 0);
  call.say(frames.headers(1, header), frames.data(1, Buffer.concat(["a", "b", "c"].map(reply))));
  call.onReply = () => call.writer.cancel();
  call.writer.request(10);
  assert.deepEqual(call.events, ["header", "message a", "CANCELLED: the call was cancelled"]);
});
