import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
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
  settingsAck,
  uint32,
  windowUpdate,
} from "../../testing/http2/frames.ts";
import { FrameType } from "../frame/index.ts";
import { Http2Code } from "../http2-error.ts";
import { REQUEST, requestBlock, responseBlock } from "./testdata/requests.ts";
import { ScriptedPeer } from "./testdata/scripted-peer.ts";
import { commit, okHeader, serverWithStream, source } from "./testdata/server-with-stream.ts";

describe("the start", () => {
  test("a client says the preface, SETTINGS without push, and opens the connection's window", () => {
    const peer = new ScriptedPeer("client");
    peer.connection.flush();
    const bytes = Buffer.concat(peer.pipe.written);
    assert.deepEqual(bytes.subarray(0, PREFACE.length), PREFACE);
    assert.deepEqual(peer.frames()[0]?.payload, settings([2, 0], [4, 262_144], [6, 16_384]).subarray(9));
  });

  test("a server says SETTINGS first, and acknowledges the client's", () => {
    const peer = new ScriptedPeer("server");
    assert.deepEqual(peer.seen(), ["SETTINGS", "WINDOW_UPDATE 0 +983041"]);
    peer.say(PREFACE, settings());
    assert.deepEqual(peer.seen(), ["SETTINGS ack"]);
  });

  test("the preface may come in any pieces", () => {
    const hello = Buffer.concat([PREFACE, settings(), headers(1, requestBlock, END_HEADERS | END_STREAM)]);
    for (let cut = 0; cut <= hello.length; cut++) {
      const peer = new ScriptedPeer("server");
      peer.say(hello.subarray(0, cut));
      peer.say(hello.subarray(cut));
      assert.deepEqual(peer.events, ["1: headers end"], `cut at ${cut}`);
    }
  });

  test("settings that are not known, and frames that are not known, are passed over", () => {
    const peer = new ScriptedPeer("server").greet([0xff, 7], [0xa, 1]);
    peer.say(frame(0xfb, 0xff, 1, Buffer.from("x")), frame(0x10, 0, 0), ping());
    assert.deepEqual(peer.seen(), ["PING ack"]);
  });

  test("a stream's window under the default counts once the client has acknowledged it", () => {
    const peer = new ScriptedPeer("server", { streamWindowBytes: 1000 });
    peer.say(PREFACE, settings(), headers(1, requestBlock), data(1, Buffer.alloc(5000)));
    peer.say(headers(3, requestBlock), settingsAck, data(3, Buffer.alloc(1001)));
    assert.deepEqual(peer.seen().slice(2), ["SETTINGS ack", "RST_STREAM 3 FLOW_CONTROL_ERROR"]);
    assert.equal(peer.stream(1).receiveWindow, 1000 - 5000);
  });

  test("a stream that was read before its window became smaller gets a new one with that", () => {
    const peer = new ScriptedPeer("server", { streamWindowBytes: 1000 });
    peer.say(PREFACE, settings(), headers(1, requestBlock), data(1, Buffer.alloc(5000)));
    peer.connection.release(peer.stream(1), 5000);
    peer.seen();
    // Nothing more comes of a client whose window is below zero, so that nothing more is read.
    peer.say(settingsAck);
    assert.deepEqual(peer.seen(), ["WINDOW_UPDATE 1 +5000"]);
    assert.equal(peer.stream(1).receiveWindow, 1000);
  });
});

describe("what comes", () => {
  test("a request, its body and its trailer reach the sink", () => {
    const peer = new ScriptedPeer("server").greet();
    peer.say(
      headers(1, block(...REQUEST, ["a", "b"])),
      data(1, "one"),
      data(1, "two"),
      headers(1, block(["t", "u"]), 5),
    );
    assert.deepEqual(peer.events, ["1: headers", "1: data [3]", "1: data [3]", "1: headers end"]);
    assert.deepEqual(
      peer.sink(1).headers.map((list) => list.get("a") ?? list.get("t")),
      ["b", "u"],
    );
  });

  test("padding and priority are passed over, and padding is given back at once", () => {
    const peer = new ScriptedPeer("server", { streamWindowBytes: 65_535 }).greet();
    const padded = Buffer.concat([Buffer.from([3]), uint32(0), Buffer.from([16]), requestBlock, Buffer.alloc(3)]);
    peer.say(headers(1, padded, END_HEADERS | PADDED | PRIORITY));
    for (let turn = 0; turn < 200; turn++)
      peer.say(data(1, Buffer.concat([Buffer.from([255]), Buffer.from("x"), Buffer.alloc(255)]), PADDED));
    const updates = peer.seen().filter((one) => one.startsWith("WINDOW_UPDATE 1"));
    const quarter = "WINDOW_UPDATE 1 +16384";
    assert.deepEqual(updates, [quarter, quarter, quarter], "64 frames of 256 bytes without use");
    assert.equal(Buffer.concat(peer.sink(1).received).toString(), "x".repeat(200));
  });

  test("a header block may be spread over CONTINUATION, empty ones too", () => {
    const peer = new ScriptedPeer("server").greet();
    const [first, second] = [requestBlock.subarray(0, 2), requestBlock.subarray(2)];
    peer.say(headers(1, first, END_STREAM), continuation(1, Buffer.alloc(0)), continuation(1, second, END_HEADERS));
    assert.deepEqual(peer.events, ["1: headers end"]);
    assert.equal(peer.sink(1).headers[0]?.get(":path"), "/");
  });

  test("informational responses are passed over", () => {
    const peer = new ScriptedPeer("client").greet();
    peer.open(true);
    peer.say(headers(1, block([":status", "103"], ["link", "x"])), headers(1, responseBlock), data(1, "", END_STREAM));
    assert.deepEqual(peer.events, ["1: headers", "1: data [0] end"]);
  });

  test("what was sent on a stream before its reset came is passed over, and its bytes are given back", () => {
    const { peer, stream } = serverWithStream();
    peer.connection.reset(stream, Http2Code.Cancel);
    assert.deepEqual(peer.seen(), ["RST_STREAM 1 CANCEL"]);
    for (let turn = 0; turn < 64; turn++) peer.say(data(1, Buffer.alloc(16_384)));
    peer.say(headers(1, block(["t", "u"]), 5), windowUpdate(1, 1), rstStream(1, 8));
    assert.deepEqual(peer.seen(), new Array(4).fill("WINDOW_UPDATE 0 +262144"));
    assert.deepEqual([peer.violations, peer.events], [[], ["1: headers"]]);
  });

  test("however many streams a client has reset, answers that were under way are no mistake", () => {
    const peer = new ScriptedPeer("client").greet();
    const streams = Array.from({ length: 5000 }, () => peer.open().stream);
    for (const stream of streams) peer.connection.reset(stream, Http2Code.Cancel);
    for (const stream of streams) peer.say(headers(stream.id, responseBlock), data(stream.id, "x"));
    assert.ok(!peer.connection.isClosed);
    assert.deepEqual(peer.violations, []);
  });

  test("a stream ends for its sink once, with why", () => {
    const { peer } = serverWithStream();
    peer.say(rstStream(1, 8));
    peer.say(rstStream(1, 8));
    peer.connection.onPipeEnd("gone");
    assert.deepEqual(peer.events, ["1: headers", "1: reset 8 peer", "close: gone"]);
  });

  test("the end of the pipe ends every stream", () => {
    const { peer } = serverWithStream();
    peer.say(headers(3, requestBlock));
    peer.connection.onPipeEnd("gone");
    peer.connection.onPipeEnd("gone twice");
    assert.deepEqual(peer.events, [
      "1: headers",
      "3: headers",
      "1: reset 2 connection",
      "3: reset 2 connection",
      "close: gone",
    ]);
    assert.equal(peer.connection.streamCount, 0);
  });

  test("a sink that throws ends the connection, not the process", () => {
    const peer = new ScriptedPeer("server").greet();
    peer.onOpen = (_, sink) => {
      sink.onEach = () => {
        throw new Error("a bug");
      };
    };
    peer.say(headers(1, requestBlock));
    assert.deepEqual(peer.seen(), ["GOAWAY 1 INTERNAL_ERROR"]);
    assert.match(peer.violations[0] ?? "", /^INTERNAL_ERROR: Error: a bug/);
  });

  test("a ping is answered with its own bytes, and an answer is told", () => {
    const peer = new ScriptedPeer("server").greet();
    peer.say(ping("abcdefgh"));
    assert.equal(Buffer.from(peer.frames()[0]?.payload ?? []).toString(), "abcdefgh");
    peer.connection.ping(Buffer.from("ijklmnop"));
    assert.deepEqual(peer.seen(), ["PING"]);
    peer.say(ping("ijklmnop", 1));
    assert.deepEqual(peer.events, ["ping ack ijklmnop"]);
  });
});

describe("END_STREAM", () => {
  test("in any order, a stream is over when both have said it", () => {
    const client = new ScriptedPeer("client").greet();
    client.open(true);
    client.say(headers(1, responseBlock, END_HEADERS | END_STREAM));
    assert.equal(client.connection.streamCount, 0);

    const { peer, stream } = serverWithStream();
    peer.connection.sendHeaders(stream, source(...okHeader), true);
    assert.equal(peer.connection.streamCount, 1);
    peer.say(data(1, "x", END_STREAM));
    assert.equal(peer.connection.streamCount, 0);
    assert.deepEqual([peer.seen(), peer.events], [["HEADERS 1 end"], ["1: headers", "1: data [1] end"]]);
  });

  test("an answer that is early asks the peer to stop, once all of it has left", () => {
    const { peer, stream } = serverWithStream([4, 4]);
    peer.connection.sendHeaders(stream, source(...okHeader), false);
    peer.connection.sendOwned(stream, Buffer.from("abcdef"), false);
    peer.connection.sendHeaders(stream, source(["grpc-status", "0"]), true);
    peer.connection.endEarly(stream, Http2Code.NoError);
    assert.deepEqual(peer.seen(), ["HEADERS 1", "DATA 1 [4]"]);
    peer.say(windowUpdate(1, 10));
    assert.deepEqual(peer.seen(), ["DATA 1 [2]", "HEADERS 1 end", "RST_STREAM 1 NO_ERROR"]);
    assert.equal(peer.connection.streamCount, 0);
  });

  test("an answer behind the peer's end asks for nothing", () => {
    const peer = new ScriptedPeer("server").greet();
    peer.say(headers(1, requestBlock, END_HEADERS | END_STREAM));
    peer.connection.sendHeaders(peer.stream(1), source(...okHeader), true);
    peer.connection.endEarly(peer.stream(1), Http2Code.NoError);
    assert.deepEqual(peer.seen(), ["HEADERS 1 end"]);
  });

  test("a reply from within the callback ends the stream cleanly", () => {
    const peer = new ScriptedPeer("server").greet();
    peer.onOpen = (stream, sink) => {
      sink.onEach = () => peer.connection.sendHeaders(stream, source(...okHeader), true);
    };
    peer.say(headers(1, requestBlock, END_HEADERS | END_STREAM), headers(3, requestBlock, END_HEADERS | END_STREAM));
    assert.deepEqual(peer.seen(), ["HEADERS 1 end", "HEADERS 3 end"]);
    assert.equal(peer.connection.streamCount, 0);
  });
});

describe("GOAWAY", () => {
  test("streams that the server has not looked at may be tried again, the others go on", () => {
    const peer = new ScriptedPeer("client").greet();
    peer.open();
    peer.open();
    peer.say(goaway(1, 11, "too_many\r\nx"));
    assert.deepEqual(peer.events, ["goaway 1 11 too_many??x", "3: reset 7 connection"]);
    assert.ok(!peer.connection.canOpenStream);
    peer.say(headers(1, responseBlock, END_HEADERS | END_STREAM));
    assert.equal(peer.events.at(-1), "1: headers end");
  });

  test("the words of a server are fit to be shown", () => {
    const peer = new ScriptedPeer("client").greet();
    const { sink } = peer.open();
    peer.say(goaway(0, 0, "\u001b[31mred"));
    assert.equal(sink.resets[0]?.message, "the server closes the connection: NO_ERROR (?[31mred)");
    assert.equal(sink.resets[0]?.unprocessed, true);
  });

  test("what comes on streams above the last is passed over, and keeps the tables right", () => {
    const peer = new ScriptedPeer("server").greet();
    peer.say(headers(1, requestBlock));
    peer.connection.goaway(Http2Code.NoError);
    const indexed = Buffer.concat([requestBlock, Buffer.from([0x40, 1, 0x61, 1, 0x62])]);
    peer.say(headers(3, indexed), data(3, "x"), windowUpdate(3, 1), headers(3, block(["t", "u"]), 5), rstStream(3, 8));
    peer.say(headers(1, Buffer.from([0xbe]), END_HEADERS | END_STREAM));
    assert.deepEqual([peer.seen(), peer.violations], [["GOAWAY 1 NO_ERROR"], []]);
    assert.equal(peer.sink(1).headers.at(-1)?.get("a"), "b");
  });

  test("the last stream never rises", () => {
    const peer = new ScriptedPeer("server").greet();
    peer.say(headers(1, requestBlock));
    peer.connection.goaway(Http2Code.NoError, "", 0x7fffffff);
    peer.say(headers(3, requestBlock));
    peer.connection.goaway(Http2Code.NoError);
    peer.say(headers(5, requestBlock), frame(FrameType.Ping, 0, 0));
    assert.deepEqual(peer.seen(), ["GOAWAY 2147483647 NO_ERROR", "GOAWAY 3 NO_ERROR", "GOAWAY 3 FRAME_SIZE_ERROR"]);
  });

  test("a connection that has ended reads and writes no more", () => {
    const { peer, stream } = serverWithStream();
    peer.connection.close(Http2Code.NoError, "done");
    assert.deepEqual(peer.seen(), ["GOAWAY 1 NO_ERROR"]);
    peer.say(headers(3, requestBlock), ping());
    commit(peer, stream, Buffer.alloc(3));
    peer.connection.sendHeaders(stream, source(...okHeader), true);
    peer.connection.reset(stream, Http2Code.Cancel);
    peer.connection.ping(Buffer.alloc(8));
    peer.connection.onDrain();
    assert.deepEqual(peer.seen(), []);
    assert.deepEqual(peer.events, ["1: headers", "1: reset 2 connection", "close: done"]);
  });
});

test("all that a turn writes leaves in one piece", () => {
  const peer = new ScriptedPeer("server").greet();
  peer.onOpen = (stream, sink) => {
    sink.onEach = () => {
      peer.connection.sendHeaders(stream, source(...okHeader), false);
      commit(peer, stream, Buffer.from("reply"));
      peer.connection.sendHeaders(stream, source(["grpc-status", "0"]), true);
    };
  };
  peer.pipe.flushRequests = 0;
  peer.say(...[1, 3, 5].map((id) => headers(id, requestBlock, END_HEADERS | END_STREAM)));
  assert.deepEqual([peer.pipe.flushRequests, peer.pipe.written.length], [1, 0]);
  peer.connection.flush();
  assert.equal(peer.pipe.written.length, 1);
  assert.equal(peer.seen().length, 9);
});
