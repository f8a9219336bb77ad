/** What a peer may do wrong in HTTP/2, and what becomes of it: one list, long as it is, to be read beside the RFC. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ACK,
  block,
  continuation,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  goaway,
  headers,
  PADDED,
  PREFACE,
  PRIORITY,
  ping,
  rstStream,
  settings,
  uint32,
  windowUpdate,
} from "../../testing/http2/frames.ts";
import { FrameType } from "../frame/index.ts";
import { Http2Code } from "../http2-error.ts";
import { REQUEST, requestBlock, responseBlock } from "./testdata/requests.ts";
import { ScriptedPeer } from "./testdata/scripted-peer.ts";

const { ProtocolError, FlowControlError, StreamClosed, FrameSizeError, CompressionError, EnhanceYourCalm } = Http2Code;

/** What is said behind the greeting, and what it costs: a code for the connection, or one for a stream. */
interface Violation {
  readonly name: string;
  readonly say: readonly Uint8Array[];
  /** What the connection answers with, ending itself. */
  readonly connection?: number;
  /** The stream that is reset, and why. */
  readonly stream?: readonly [id: number, code: number];
}

const open = headers(1, requestBlock);
const ended = headers(1, requestBlock, END_HEADERS | END_STREAM);

function request(...fields: readonly (readonly [string, string])[]): Uint8Array {
  return headers(1, block(...fields));
}

/** Violations by a client, each with the section of RFC 9113 that it is one of. */
const byClients: readonly Violation[] = [
  // §4.2, §4.3, §6.10: frames and header blocks
  {
    name: "a frame over SETTINGS_MAX_FRAME_SIZE",
    say: [open, data(1, Buffer.alloc(16_385))],
    connection: FrameSizeError,
  },
  {
    name: "a header block that does not decode",
    say: [headers(1, Buffer.from([0xff, 0xff, 0xff]))],
    connection: CompressionError,
  },
  { name: "an index that is in no table", say: [headers(1, Buffer.from([0x80]))], connection: CompressionError },
  {
    name: "HEADERS within a header block",
    say: [headers(1, requestBlock, 0), headers(3, requestBlock)],
    connection: ProtocolError,
  },
  { name: "DATA within a header block", say: [headers(1, requestBlock, 0), data(1)], connection: ProtocolError },
  {
    name: "an unknown frame within a header block",
    say: [headers(1, requestBlock, 0), frame(0xfb, 0, 0)],
    connection: ProtocolError,
  },
  {
    name: "CONTINUATION of another stream",
    say: [headers(1, requestBlock, 0), continuation(3, requestBlock)],
    connection: ProtocolError,
  },
  { name: "CONTINUATION on stream 0", say: [continuation(0, requestBlock, END_HEADERS)], connection: ProtocolError },
  {
    name: "CONTINUATION behind no HEADERS",
    say: [open, continuation(1, requestBlock, END_HEADERS)],
    connection: ProtocolError,
  },
  // §5.1: states
  { name: "DATA on an idle stream", say: [data(1)], connection: ProtocolError },
  { name: "RST_STREAM on an idle stream", say: [rstStream(1, 8)], connection: ProtocolError },
  { name: "WINDOW_UPDATE on an idle stream", say: [windowUpdate(1, 1)], connection: ProtocolError },
  { name: "DATA on a half-closed stream", say: [ended, data(1, "x")], stream: [1, StreamClosed] },
  { name: "HEADERS on a half-closed stream", say: [ended, headers(1, requestBlock, 5)], stream: [1, StreamClosed] },
  {
    name: "DATA on a stream that the client reset",
    say: [open, rstStream(1, 8), data(1, "x")],
    stream: [1, StreamClosed],
  },
  {
    name: "HEADERS on a stream that the client reset",
    say: [open, rstStream(1, 8), headers(1, requestBlock)],
    connection: StreamClosed,
  },
  { name: "a stream with an even number", say: [headers(2, requestBlock)], connection: ProtocolError },
  {
    name: "a stream below one that was opened",
    say: [headers(5, requestBlock), headers(3, requestBlock)],
    connection: StreamClosed,
  },
  // §6.1 DATA
  { name: "DATA on stream 0", say: [data(0, "x")], connection: ProtocolError },
  { name: "DATA with as much padding as payload", say: [open, data(1, "\x04xxx", PADDED)], connection: ProtocolError },
  { name: "padded DATA without a length of it", say: [open, data(1, "", PADDED)], connection: ProtocolError },
  // §6.2 HEADERS
  { name: "HEADERS on stream 0", say: [headers(0, requestBlock)], connection: ProtocolError },
  {
    name: "HEADERS with more padding than payload",
    say: [headers(1, Buffer.from([9, 0x82]), END_HEADERS | PADDED)],
    connection: ProtocolError,
  },
  {
    name: "padded HEADERS without a length of it",
    say: [headers(1, Buffer.alloc(0), END_HEADERS | PADDED)],
    connection: ProtocolError,
  },
  {
    name: "HEADERS that end within the priority",
    say: [headers(1, Buffer.alloc(3), END_HEADERS | PRIORITY)],
    connection: ProtocolError,
  },
  {
    name: "HEADERS that depend on their own stream",
    say: [headers(1, Buffer.concat([uint32(1), Buffer.from([0]), requestBlock]), END_HEADERS | PRIORITY)],
    connection: ProtocolError,
  },
  {
    name: "a trailer that does not end the stream",
    say: [open, headers(1, block(["x", "y"]))],
    stream: [1, ProtocolError],
  },
  // §6.3 PRIORITY
  { name: "PRIORITY on stream 0", say: [frame(FrameType.Priority, 0, 0, Buffer.alloc(5))], connection: ProtocolError },
  { name: "PRIORITY of 4 bytes", say: [frame(FrameType.Priority, 0, 1, Buffer.alloc(4))], connection: FrameSizeError },
  {
    name: "PRIORITY on itself",
    say: [frame(FrameType.Priority, 0, 7, Buffer.concat([uint32(7), Buffer.from([0])]))],
    connection: ProtocolError,
  },
  // §6.4 RST_STREAM
  { name: "RST_STREAM on stream 0", say: [rstStream(0, 8)], connection: ProtocolError },
  {
    name: "RST_STREAM of 3 bytes",
    say: [open, frame(FrameType.RstStream, 0, 1, Buffer.alloc(3))],
    connection: FrameSizeError,
  },
  // §6.5 SETTINGS
  { name: "SETTINGS on a stream", say: [frame(FrameType.Settings, 0, 1)], connection: ProtocolError },
  { name: "SETTINGS of 5 bytes", say: [frame(FrameType.Settings, 0, 0, Buffer.alloc(5))], connection: FrameSizeError },
  {
    name: "an acknowledgement with a payload",
    say: [frame(FrameType.Settings, ACK, 0, Buffer.alloc(6))],
    connection: FrameSizeError,
  },
  { name: "a window of 2^31 in SETTINGS", say: [settings([4, 0x80000000])], connection: FlowControlError },
  { name: "a frame size of 0 in SETTINGS", say: [settings([5, 0])], connection: ProtocolError },
  // §6.6 PUSH_PROMISE, §8.4
  { name: "PUSH_PROMISE", say: [frame(FrameType.PushPromise, END_HEADERS, 1, uint32(2))], connection: ProtocolError },
  // §6.7 PING, §6.8 GOAWAY
  { name: "PING on a stream", say: [frame(FrameType.Ping, 0, 1, Buffer.alloc(8))], connection: ProtocolError },
  { name: "PING of 7 bytes", say: [frame(FrameType.Ping, 0, 0, Buffer.alloc(7))], connection: FrameSizeError },
  { name: "GOAWAY on a stream", say: [frame(FrameType.Goaway, 0, 1, Buffer.alloc(8))], connection: ProtocolError },
  { name: "GOAWAY of 7 bytes", say: [frame(FrameType.Goaway, 0, 0, Buffer.alloc(7))], connection: FrameSizeError },
  // §6.9 WINDOW_UPDATE
  {
    name: "WINDOW_UPDATE of 3 bytes",
    say: [frame(FrameType.WindowUpdate, 0, 0, Buffer.alloc(3))],
    connection: FrameSizeError,
  },
  { name: "an increment of 0 for the connection", say: [windowUpdate(0, 0)], connection: ProtocolError },
  { name: "an increment of 0 for a stream", say: [open, windowUpdate(1, 0)], stream: [1, ProtocolError] },
  { name: "a connection's window over 2^31 - 1", say: [windowUpdate(0, 0x7fffffff)], connection: FlowControlError },
  { name: "a stream's window over 2^31 - 1", say: [open, windowUpdate(1, 0x7fffffff)], stream: [1, FlowControlError] },
  {
    name: "a stream's window over 2^31 - 1 by SETTINGS",
    say: [open, windowUpdate(1, 0x7fff0000), settings([4, 0x7fffffff])],
    connection: FlowControlError,
  },
  // §8.1.1, §8.2, §8.3: malformed requests
  { name: "no :method", say: [request([":scheme", "http"], [":path", "/"])], stream: [1, ProtocolError] },
  { name: "no :scheme", say: [request([":method", "GET"], [":path", "/"])], stream: [1, ProtocolError] },
  { name: "no :path", say: [request([":method", "GET"], [":scheme", "http"])], stream: [1, ProtocolError] },
  {
    name: "an empty :path",
    say: [request([":method", "GET"], [":scheme", "http"], [":path", ""])],
    stream: [1, ProtocolError],
  },
  { name: ":method twice", say: [request([":method", "GET"], ...REQUEST)], stream: [1, ProtocolError] },
  { name: ":path twice", say: [request([":path", "/"], ...REQUEST)], stream: [1, ProtocolError] },
  {
    name: "two authorities",
    say: [request([":authority", "a"], [":authority", "b"], ...REQUEST)],
    stream: [1, ProtocolError],
  },
  { name: "two hosts", say: [request(...REQUEST, ["host", "a"], ["host", "b"])], stream: [1, ProtocolError] },
  {
    name: "a pseudo-header field of a response",
    say: [request(...REQUEST, [":status", "200"])],
    stream: [1, ProtocolError],
  },
  {
    name: "a pseudo-header field that is none",
    say: [request(...REQUEST, [":what", "x"])],
    stream: [1, ProtocolError],
  },
  { name: "a pseudo-header field behind others", say: [request(["x", "y"], ...REQUEST)], stream: [1, ProtocolError] },
  {
    name: "a pseudo-header field in a trailer",
    say: [open, headers(1, block([":method", "GET"]), 5)],
    stream: [1, ProtocolError],
  },
  {
    name: "CONNECT with a path",
    say: [request([":method", "CONNECT"], [":authority", "a"], [":path", "/"])],
    stream: [1, ProtocolError],
  },
  { name: "a name in upper case", say: [request(...REQUEST, ["X-Y", "z"])], stream: [1, ProtocolError] },
  { name: "an empty name", say: [request(...REQUEST, ["", "z"])], stream: [1, ProtocolError] },
  { name: "a blank in a name", say: [request(...REQUEST, ["a b", "z"])], stream: [1, ProtocolError] },
  { name: "a colon in a name", say: [request(...REQUEST, ["a:b", "z"])], stream: [1, ProtocolError] },
  ...["a\r", "a\n", "\0", " a", "a\t"].map((value) => ({
    name: `the value ${JSON.stringify(value)}`,
    say: [request(...REQUEST, ["x", value])],
    stream: [1, ProtocolError] as const,
  })),
  ...["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"].map((name) => ({
    name: `the field ${name}`,
    say: [request(...REQUEST, [name, "x"])],
    stream: [1, ProtocolError] as const,
  })),
  { name: "te other than trailers", say: [request(...REQUEST, ["te", "gzip"])], stream: [1, ProtocolError] },
  {
    name: "a content-length that is none",
    say: [request(...REQUEST, ["content-length", "-1"])],
    stream: [1, ProtocolError],
  },
  {
    name: "content-length twice",
    say: [request(...REQUEST, ["content-length", "1"], ["content-length", "1"])],
    stream: [1, ProtocolError],
  },
  {
    name: "a content-length and no body",
    say: [headers(1, block(...REQUEST, ["content-length", "1"]), 5)],
    stream: [1, ProtocolError],
  },
  {
    name: "more body than content-length",
    say: [request(...REQUEST, ["content-length", "1"]), data(1, "xx")],
    stream: [1, ProtocolError],
  },
  {
    name: "less body than content-length",
    say: [request(...REQUEST, ["content-length", "3"]), data(1, "xx", END_STREAM)],
    stream: [1, ProtocolError],
  },
  {
    name: "less body than content-length, and a trailer",
    say: [request(...REQUEST, ["content-length", "3"]), data(1, "xx"), headers(1, block(["x", "y"]), 5)],
    stream: [1, ProtocolError],
  },
  {
    name: "a header over the limit of bytes",
    say: [request(...REQUEST, ["x", "y".repeat(16_300)])],
    stream: [1, EnhanceYourCalm],
  },
  {
    name: "a header over the limit of fields",
    say: [request(...REQUEST, ...Array.from({ length: 98 }, (): [string, string] => ["x", "y"]))],
    stream: [1, EnhanceYourCalm],
  },
];

/** Violations by a server, to a client that has opened stream 1. */
const byServers: readonly Violation[] = [
  { name: "DATA before HEADERS", say: [data(1, "x")], stream: [1, ProtocolError] },
  { name: "PUSH_PROMISE", say: [frame(FrameType.PushPromise, END_HEADERS, 1, uint32(2))], connection: ProtocolError },
  { name: "SETTINGS_ENABLE_PUSH of 1", say: [settings([2, 1])], connection: ProtocolError },
  { name: "HEADERS on an idle stream", say: [headers(3, responseBlock)], connection: ProtocolError },
  { name: "HEADERS on an even stream", say: [headers(2, responseBlock)], connection: ProtocolError },
  {
    name: "HEADERS behind the end",
    say: [headers(1, responseBlock, 5), headers(1, responseBlock)],
    connection: StreamClosed,
  },
  { name: "DATA behind the end", say: [headers(1, responseBlock, 5), data(1, "x")], stream: [1, StreamClosed] },
  { name: "no :status", say: [headers(1, block(["x", "y"]))], stream: [1, ProtocolError] },
  { name: "a :status of two digits", say: [headers(1, block([":status", "20"]))], stream: [1, ProtocolError] },
  {
    name: ":status twice",
    say: [headers(1, block([":status", "200"], [":status", "200"]))],
    stream: [1, ProtocolError],
  },
  {
    name: ":status behind others",
    say: [headers(1, block(["x", "y"], [":status", "200"]))],
    stream: [1, ProtocolError],
  },
  {
    name: "a pseudo-header field of a request",
    say: [headers(1, block([":status", "200"], [":path", "/"]))],
    stream: [1, ProtocolError],
  },
  {
    name: ":status in a trailer",
    say: [headers(1, responseBlock), headers(1, responseBlock, 5)],
    stream: [1, ProtocolError],
  },
  {
    name: "an informational response that ends the stream",
    say: [headers(1, block([":status", "100"]), 5)],
    stream: [1, ProtocolError],
  },
  {
    name: "more body than content-length",
    say: [headers(1, block([":status", "200"], ["content-length", "0"])), data(1, "x")],
    stream: [1, ProtocolError],
  },
];

function check(peer: ScriptedPeer, { say, connection, stream }: Violation): void {
  peer.say(...say);
  const frames = peer.frames();
  const goaways = frames.filter(({ type }) => type === "GOAWAY");
  const resets = frames.filter(({ type }) => type === "RST_STREAM");
  assert.equal(peer.violations.length, 1);
  if (connection !== undefined) {
    assert.deepEqual(
      goaways.map(({ payload }) => Buffer.from(payload).readUInt32BE(4)),
      [connection],
    );
    assert.ok(peer.connection.isClosed && peer.pipe.isEnded);
    assert.equal(peer.events.filter((event) => event.startsWith("close")).length, 1);
    return;
  }
  assert.deepEqual(
    resets.map(({ streamId, payload }) => [streamId, Buffer.from(payload).readUInt32BE(0)]),
    [stream],
  );
  assert.deepEqual(goaways, []);
  assert.equal(peer.connection.streamCount, 0);
  // The connection goes on: its tables and windows are still those of the peer.
  peer.say(ping());
  assert.deepEqual(peer.seen(), ["PING ack"]);
}

describe("a client that breaks a rule pays for it:", () => {
  for (const violation of byClients) {
    test(violation.name, () => {
      const peer = new ScriptedPeer("server").greet();
      check(peer, violation);
      if (violation.connection !== undefined) return;
      peer.say(headers(101, requestBlock, END_HEADERS | END_STREAM));
      assert.equal(peer.events.at(-1), "101: headers end");
    });
  }
});

describe("a server that breaks a rule pays for it:", () => {
  for (const violation of byServers) {
    test(violation.name, () => {
      const peer = new ScriptedPeer("client").greet();
      peer.open(true);
      peer.seen();
      check(peer, violation);
    });
  }
});

describe("a connection that starts wrongly ends:", () => {
  for (const [name, role, bytes] of [
    ["another preface", "server", Buffer.from("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n")],
    ["a client's first frame is no SETTINGS", "server", Buffer.concat([PREFACE, ping()])],
    [
      "a client's first frame is an acknowledgement",
      "server",
      Buffer.concat([PREFACE, frame(FrameType.Settings, ACK, 0)]),
    ],
    ["a server's first frame is no SETTINGS", "client", goaway(0, 0)],
    ["a server's first frame is an acknowledgement", "client", frame(FrameType.Settings, ACK, 0)],
  ] as const) {
    test(name, () => {
      const peer = new ScriptedPeer(role);
      peer.say(bytes);
      assert.equal(peer.seen().at(-1), "GOAWAY 0 PROTOCOL_ERROR");
      assert.ok(peer.connection.isClosed);
    });
  }
});

test("what is wrong with bytes is the same when they come one by one", () => {
  for (const violation of byClients) {
    const whole = new ScriptedPeer("server").greet();
    whole.say(...violation.say);
    const slow = new ScriptedPeer("server").greet();
    for (const byte of Buffer.concat(violation.say)) slow.say(Uint8Array.of(byte));
    assert.deepEqual(slow.seen(), whole.seen(), violation.name);
    assert.deepEqual(slow.events, whole.events, violation.name);
  }
});
