import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
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
import type { PeerFrame } from "../../testing/index.ts";
import { FrameType } from "../frame/index.ts";
import { type HeaderList, HeaderTemplate, HpackDecoder } from "../hpack/index.ts";
import { Http2Code } from "../http2-error.ts";
import type { HeaderSource, Http2Stream } from "../stream/index.ts";
import { REQUEST, requestBlock, responseBlock } from "./testdata/requests.ts";
import { ScriptedPeer } from "./testdata/scripted-peer.ts";

const okHeader = [
  [":status", "200"],
  ["content-type", "application/grpc"],
] as const;

/** Fields that each block brings anew, so that blocks must be decoded in the order of their encoding. */
function source(...fields: readonly (readonly [string, string])[]): HeaderSource {
  return new HeaderTemplate(fields);
}

/** A server with an open stream 1, and the test as its client. Windows do not grow, so that there are no probes. */
function serverWithStream(...pairs: readonly (readonly [number, number])[]): {
  readonly peer: ScriptedPeer;
  readonly stream: Http2Stream;
} {
  const peer = new ScriptedPeer("server", { maxStreamWindowBytes: 262_144 }).greet(...pairs);
  peer.say(headers(1, requestBlock));
  return { peer, stream: peer.stream(1) };
}

function commit(peer: ScriptedPeer, stream: Http2Stream, body: Uint8Array, endStream = false): void {
  const { connection } = peer;
  const start = connection.beginData(body.length);
  connection.output.bytes.set(body, start);
  connection.commitData(stream, start, start + body.length, endStream);
}

function bodyOf(frames: readonly PeerFrame[], streamId: number): Buffer {
  return Buffer.concat(
    frames.filter((one) => one.type === "DATA" && one.streamId === streamId).map(({ payload }) => payload),
  );
}

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

describe("windows of the peer", () => {
  test("a message larger than any window leaves as far as they go, and whole in the end", () => {
    const { peer, stream } = serverWithStream([4, 100]);
    const body = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
    commit(peer, stream, body, true);
    const frames = peer.frames();
    assert.equal(bodyOf(frames, 1).length, 100);
    let left = 65_435;
    for (let turn = 0; bodyOf(frames, 1).length < body.length; turn++) {
      peer.say(windowUpdate(1, 7001));
      if (left < 7001) peer.say(windowUpdate(0, 9000));
      const more = bodyOf(
        peer.frames().filter((one) => frames.push(one)),
        1,
      ).length;
      left += (left < 7001 ? 9000 : 0) - more;
      assert.ok(turn < 100);
    }
    assert.deepEqual(bodyOf(frames, 1), body);
    assert.equal(frames.at(-1)?.flags, END_STREAM);
    assert.equal(frames.filter(({ flags }) => flags & END_STREAM).length, 1);
  });

  test("no frame is longer than SETTINGS_MAX_FRAME_SIZE, and longer ones come once it is", () => {
    const { peer, stream } = serverWithStream([4, 1_000_000]);
    peer.say(windowUpdate(0, 1_000_000));
    commit(peer, stream, Buffer.alloc(40_000));
    assert.deepEqual(peer.seen(), ["DATA 1 [16384]", "DATA 1 [16384]", "DATA 1 [7232]"]);
    peer.say(settings([5, 100_000]));
    commit(peer, stream, Buffer.alloc(40_000));
    assert.deepEqual(peer.seen(), ["SETTINGS ack", "DATA 1 [40000]"]);
  });

  test("SETTINGS that open a stream's window let go what waits for it", () => {
    const { peer, stream } = serverWithStream([4, 0]);
    commit(peer, stream, Buffer.from("hello"), true);
    assert.deepEqual(peer.seen(), []);
    peer.say(settings([4, 1]));
    assert.deepEqual(peer.seen(), ["SETTINGS ack", "DATA 1 [1]"]);
    peer.say(settings([4, 100]));
    assert.deepEqual(peer.seen(), ["SETTINGS ack", "DATA 1 [4] end"]);
  });

  test("a window below zero is filled up before anything leaves", () => {
    const { peer, stream } = serverWithStream([4, 10]);
    commit(peer, stream, Buffer.alloc(10));
    peer.say(settings([4, 3]));
    assert.equal(stream.sendWindow, -7);
    commit(peer, stream, Buffer.alloc(1));
    peer.say(windowUpdate(1, 7));
    assert.deepEqual(peer.seen(), ["DATA 1 [10]", "SETTINGS ack"]);
    peer.say(windowUpdate(1, 1));
    assert.deepEqual(peer.seen(), ["DATA 1 [1]"]);
  });

  test("an empty end leaves even with a window below zero", () => {
    const { peer, stream } = serverWithStream([4, 10]);
    commit(peer, stream, Buffer.alloc(10));
    peer.say(settings([4, 0]));
    peer.seen();
    commit(peer, stream, Buffer.alloc(0), true);
    assert.deepEqual(peer.seen(), ["DATA 1 [0] end"]);

    const other = serverWithStream([4, 10]);
    commit(other.peer, other.stream, Buffer.alloc(10));
    other.peer.say(settings([4, 0]));
    other.peer.seen();
    other.peer.connection.sendOwned(other.stream, Buffer.alloc(0), true);
    assert.deepEqual(other.peer.seen(), ["DATA 1 [0] end"]);
  });

  test("streams that wait for the connection get their turn one after the other", () => {
    const peer = new ScriptedPeer("server").greet();
    for (const id of [1, 3, 5]) peer.say(headers(id, requestBlock));
    commit(peer, peer.stream(1), Buffer.alloc(65_535));
    peer.seen();
    peer.say(windowUpdate(1, 100_000));
    for (const id of [1, 3, 5]) commit(peer, peer.stream(id), Buffer.alloc(40_000));
    const order: string[] = [];
    for (const increment of [16_384, 16_384, 16_384, 16_384, 16_384, 16_384, 30_000]) {
      peer.say(windowUpdate(0, increment));
      order.push(...peer.seen());
    }
    assert.deepEqual(order, [
      ...[1, 3, 5, 1, 3, 5].map((id) => `DATA ${id} [16384]`),
      ...[1, 3, 5].map((id) => `DATA ${id} [7232]`),
    ]);
  });

  test("a trailer waits behind its data, and its block is encoded when its turn comes", () => {
    const peer = new ScriptedPeer("server").greet([4, 3]);
    const decoder = new HpackDecoder({ tableBytes: 4096, maxListBytes: 16_384, maxFields: 100 });
    const seen: [number, HeaderList | undefined][] = [];
    const decode = (): void => {
      for (const { type, streamId, payload } of peer.frames()) {
        if (type === "HEADERS") seen.push([streamId, decoder.decode(payload, 0, payload.length)]);
      }
    };
    for (const id of [1, 3]) {
      peer.say(headers(id, requestBlock));
      const stream = peer.stream(id);
      peer.connection.sendHeaders(stream, source([":status", "200"], ["x", String(id)]), false);
      commit(peer, stream, Buffer.alloc(5));
      peer.connection.sendHeaders(stream, source(["y", String(id)], ["x", String(id)]), true);
    }
    decode();
    peer.say(windowUpdate(3, 10));
    decode();
    peer.say(windowUpdate(1, 10));
    decode();
    assert.deepEqual(
      seen.map(([id, list]) => [id, list?.get("x"), list?.get("y")]),
      [
        [1, "1", undefined],
        [3, "3", undefined],
        [3, "3", "3"],
        [1, "1", "1"],
      ],
    );
  });

  test("a sender that had to wait is told once there is room", () => {
    const { peer, stream } = serverWithStream([4, 5]);
    commit(peer, stream, Buffer.alloc(5));
    assert.ok(peer.connection.isWritable(stream));
    commit(peer, stream, Buffer.alloc(5));
    assert.ok(!peer.connection.isWritable(stream));
    peer.say(windowUpdate(1, 4));
    assert.deepEqual(peer.events, ["1: headers"]);
    peer.say(windowUpdate(1, 1));
    assert.deepEqual(peer.events, ["1: headers", "1: writable"]);
  });

  test("while the pipe is congested no more data is put into it; an end that is empty is", () => {
    const { peer, stream } = serverWithStream([4, 5]);
    commit(peer, stream, Buffer.alloc(5));
    peer.say(headers(3, requestBlock));
    peer.pipe.congested = true;
    peer.connection.sendOwned(stream, Buffer.alloc(0), true);
    peer.connection.sendOwned(peer.stream(3), Buffer.alloc(4), true);
    assert.ok(!peer.connection.isWritable(peer.stream(3)));
    assert.deepEqual(peer.seen(), ["DATA 1 [5]", "DATA 1 [0] end"]);
    peer.pipe.congested = false;
    peer.connection.onDrain();
    assert.deepEqual(peer.seen(), ["DATA 3 [4] end"]);
  });

  test("a header that no frame holds goes on in CONTINUATION", () => {
    const { peer, stream } = serverWithStream();
    const value = "v".repeat(40_000);
    peer.connection.sendHeaders(
      stream,
      { maxBytes: 50_000, write: (encoder, out, at) => encoder.writeField(out, at, "x", value) },
      true,
    );
    const frames = peer.frames();
    assert.deepEqual(
      frames.map(({ type, flags, payload }) => [type, flags, payload.length]),
      [
        ["HEADERS", END_STREAM, 16_384],
        ["CONTINUATION", 0, 16_384],
        ["CONTINUATION", END_HEADERS, 7239],
      ],
    );
    const whole = Buffer.concat(frames.map(({ payload }) => payload));
    const list = new HpackDecoder({ tableBytes: 4096, maxListBytes: 100_000, maxFields: 9 }).decode(
      whole,
      0,
      whole.length,
    );
    assert.equal(list?.get("x"), value);
  });

  test("whatever the windows do, all bytes arrive in order, each once", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("send" as const), stream: fc.nat(2), bytes: fc.integer({ min: 0, max: 40_000 }) }),
      fc.record({ kind: fc.constant("open" as const), stream: fc.nat(3), bytes: fc.integer({ min: 1, max: 30_000 }) }),
      fc.record({
        kind: fc.constant("initial" as const),
        stream: fc.constant(0),
        bytes: fc.integer({ min: 0, max: 70_000 }),
      }),
      fc.record({ kind: fc.constant("congest" as const), stream: fc.nat(1), bytes: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const peer = new ScriptedPeer("server").greet([4, 1000]);
        const ids = [1, 3, 5];
        const sent = new Map(ids.map((id) => [id, [] as Buffer[]]));
        const frames: PeerFrame[] = [];
        for (const id of ids) peer.say(headers(id, requestBlock));
        let next = 0;
        for (const { kind, stream, bytes } of steps) {
          const id = ids[stream] ?? 0;
          if (kind === "send") {
            const body = Buffer.alloc(bytes, ++next);
            sent.get(id)?.push(body);
            commit(peer, peer.stream(id), body);
          } else if (kind === "open") peer.say(windowUpdate(id, bytes));
          else if (kind === "initial") peer.say(settings([4, bytes]));
          else {
            peer.pipe.congested = stream === 1;
            if (stream === 0) peer.connection.onDrain();
          }
          frames.push(...peer.frames());
        }
        peer.pipe.congested = false;
        peer.connection.onDrain();
        peer.say(settings([4, 70_000]), windowUpdate(0, 0x3fffffff), ...ids.map((id) => windowUpdate(id, 0x3fffffff)));
        frames.push(...peer.frames());
        for (const id of ids) assert.deepEqual(bodyOf(frames, id), Buffer.concat(sent.get(id) ?? []));
        assert.deepEqual(peer.violations, []);
      }),
      { numRuns: 200 },
    );
  });
});

describe("windows of our own", () => {
  test("a client that sends more than its stream's window is cut off", () => {
    const { peer } = serverWithStream();
    for (let turn = 0; turn < 16; turn++) peer.say(data(1, Buffer.alloc(16_384)));
    assert.deepEqual(peer.violations, []);
    peer.say(data(1, "x"));
    assert.deepEqual(peer.seen(), ["WINDOW_UPDATE 0 +262144", "RST_STREAM 1 FLOW_CONTROL_ERROR"]);
    assert.deepEqual(peer.sink(1).resets, [
      { http2Code: 3, origin: "violation", message: "more DATA than the stream's window", unprocessed: false },
    ]);
  });

  test("a client that sends more than the connection's window is cut off", () => {
    const peer = new ScriptedPeer("server", { connectionWindowBytes: 65_535, streamWindowBytes: 1_000_000 }).greet();
    peer.say(headers(1, requestBlock));
    // All in one frame after the other, as the window is opened again at a quarter.
    peer.say(data(1, Buffer.alloc(16_000)), data(1, Buffer.alloc(16_000)), data(1, Buffer.alloc(16_000)));
    assert.deepEqual(peer.seen(), ["WINDOW_UPDATE 0 +32000"]);
    const tiny = new ScriptedPeer("server", { connectionWindowBytes: 200_000, streamWindowBytes: 1_000_000 });
    tiny.say(PREFACE, settings(), headers(1, requestBlock));
    for (let turn = 0; turn < 60; turn++) tiny.say(data(1, Buffer.alloc(16_000)));
    assert.deepEqual(tiny.violations, [], "the connection's window follows what was read");
  });

  test("what was consumed is given back, a quarter of the window at a time", () => {
    const { peer, stream } = serverWithStream();
    for (let turn = 0; turn < 9; turn++) peer.say(data(1, Buffer.alloc(16_384)));
    peer.connection.release(stream, 65_535);
    assert.deepEqual(peer.seen(), []);
    peer.connection.release(stream, 1);
    assert.deepEqual(peer.seen(), ["WINDOW_UPDATE 1 +65536"]);
    assert.equal(stream.receiveWindow, 262_144 - 9 * 16_384 + 65_536);
    peer.say(data(1, "", END_STREAM));
    peer.connection.release(stream, 16_384);
    assert.deepEqual(peer.seen(), [], "who has ended needs no window");
  });
});

describe("limits", () => {
  test("a stream over the limit is refused, and was not processed", () => {
    const peer = new ScriptedPeer("server", { maxConcurrentStreams: 2 }).greet();
    peer.say(headers(1, requestBlock), headers(3, requestBlock), headers(5, requestBlock), data(5, "x", END_STREAM));
    assert.deepEqual(peer.seen(), ["RST_STREAM 5 REFUSED_STREAM"]);
    assert.deepEqual([...peer.sinks.keys()], [1, 3]);
  });

  test("a stream counts until its handler has ended, even when the client resets it", () => {
    const peer = new ScriptedPeer("server", { maxConcurrentStreams: 1 }).greet();
    peer.say(headers(1, requestBlock), rstStream(1, 8), headers(3, requestBlock));
    assert.deepEqual(peer.seen(), ["RST_STREAM 3 REFUSED_STREAM"]);
    peer.connection.releaseStream(peer.stream(1));
    peer.connection.releaseStream(peer.stream(1));
    peer.say(headers(5, requestBlock), headers(7, requestBlock));
    assert.deepEqual(peer.seen(), ["RST_STREAM 7 REFUSED_STREAM"]);
  });

  test("a stream that was done before it ended no longer counts once it has", () => {
    const peer = new ScriptedPeer("server", { maxConcurrentStreams: 1 }).greet([4, 0]);
    peer.say(headers(1, requestBlock, END_HEADERS | END_STREAM));
    commit(peer, peer.stream(1), Buffer.alloc(1), true);
    peer.connection.releaseStream(peer.stream(1));
    peer.say(headers(3, requestBlock), windowUpdate(1, 1), headers(5, requestBlock), headers(7, requestBlock));
    assert.deepEqual(peer.seen(), ["RST_STREAM 3 REFUSED_STREAM", "DATA 1 [1] end", "RST_STREAM 7 REFUSED_STREAM"]);
  });

  test("a request that is malformed takes no place", () => {
    const peer = new ScriptedPeer("server", { maxConcurrentStreams: 1 }).greet();
    const bad = block(...REQUEST, ["content-length", "x"]);
    for (let id = 1; id < 100; id += 2) peer.say(headers(id, bad), headers(id + 100, bad, 5));
    peer.seen();
    peer.say(headers(1001, requestBlock));
    assert.deepEqual(peer.seen(), []);
  });

  test("a client opens no more streams than the server allows", () => {
    const peer = new ScriptedPeer("client").greet([3, 1]);
    assert.ok(peer.connection.canOpenStream);
    peer.open(true);
    assert.ok(!peer.connection.canOpenStream);
    peer.rooms = 0;
    peer.say(headers(1, responseBlock, END_HEADERS | END_STREAM));
    assert.ok(peer.rooms > 0 && peer.connection.canOpenStream);
  });

  for (const [name, allowed, violation, flood] of [
    ["pings", 1000, "ping-flood", () => ping()],
    ["answers to pings that nobody sent", 1000, "ping-ack-flood", () => ping("12345678", 1)],
    ["settings", 1000, "settings-flood", () => settings()],
    ["acknowledgements", 1000, "settings-ack-flood", () => settingsAck],
    ["empty DATA", 100, "empty-data-flood", () => data(1)],
    ["DATA of a byte", 1000, "tiny-data-flood", () => data(1, "x")],
    ["padding around nothing", 1000, "tiny-data-flood", () => data(1, "\x01x\0", PADDED)],
    ["PRIORITY", 200, "priority-flood", () => frame(FrameType.Priority, 0, 9, Buffer.alloc(5))],
    ["windows", 7, "window-update-flood", () => windowUpdate(0, 1)],
    ["windows of a stream", 7, "window-update-flood", () => windowUpdate(1, 1)],
    ["frames that are not known", 1000, "unknown-frame-flood", () => frame(0xfb, 0, 0)],
    ["GOAWAY", 1000, "goaway-flood", () => goaway(0, 0)],
    ["HEADERS over the limit", 1000, "too-many-streams-flood", (turn: number) => headers(2 * turn + 3, requestBlock)],
  ] as const) {
    test(`a flood of ${name} ends the connection`, () => {
      const peer = new ScriptedPeer("server", { maxConcurrentStreams: 1 }).greet();
      peer.say(headers(1, requestBlock));
      let turn = 0;
      for (; turn < 2000 && !peer.connection.isClosed; turn++) peer.say(flood(turn));
      assert.equal(turn, allowed + 1);
      assert.match(peer.seen().at(-1) ?? "", /^GOAWAY \d+ ENHANCE_YOUR_CALM$/);
      assert.equal(peer.violations.at(-1)?.split(":")[0], violation);
      assert.ok(peer.pipe.isEnded);
    });
  }

  test("as many pings as data is no flood, nor are a few each second", () => {
    const { peer, stream } = serverWithStream([4, 0x7fffffff]);
    for (let turn = 0; turn < 5000; turn++) peer.say(ping(), data(1, "12345"));
    for (let turn = 0; turn < 5000; turn++) {
      commit(peer, stream, Buffer.alloc(1));
      peer.say(ping(), ...(turn % 100 === 0 ? [windowUpdate(0, 1000)] : []));
    }
    for (let turn = 0; turn < 5000; turn++) {
      peer.now += 10;
      peer.say(ping());
    }
    assert.deepEqual(peer.violations, []);
  });

  for (const [name, provoke] of [
    ["RST_STREAM", (id: number) => rstStream(id, 8)],
    ["WINDOW_UPDATE of 0", (id: number) => windowUpdate(id, 0)],
    ["a window that overflows", (id: number) => windowUpdate(id, 0x7fffffff)],
    ["DATA of more than content-length", (id: number) => data(id, "xx")],
  ] as const) {
    test(`streams that end by ${name} again and again end the connection`, () => {
      const peer = new ScriptedPeer("server").greet();
      peer.onOpen = (stream) => peer.connection.releaseStream(stream);
      const header = block(...REQUEST, ["content-length", "1"]);
      let id = 1;
      for (; id < 6000 && !peer.connection.isClosed; id += 2) peer.say(headers(id, header), provoke(id));
      assert.equal((id - 1) / 2, 1001);
      assert.match(peer.seen().at(-1) ?? "", /^GOAWAY \d+ ENHANCE_YOUR_CALM$/);
    });
  }

  test("streams that end well make up for some that are reset, and so does time", () => {
    const peer = new ScriptedPeer("server").greet();
    peer.onOpen = (stream) => peer.connection.releaseStream(stream);
    let id = 1;
    const next = (...flags: number[]): number => {
      peer.say(headers(id, requestBlock, flags[0] ?? END_HEADERS));
      id += 2;
      return id - 2;
    };
    for (let turn = 0; turn < 3000; turn++) {
      peer.connection.sendHeaders(peer.stream(next(END_HEADERS | END_STREAM)), source(...okHeader), true);
      peer.say(rstStream(next(), 8));
    }
    for (let turn = 0; turn < 3000; turn++) {
      peer.now += 5;
      peer.say(rstStream(next(), 8));
    }
    assert.deepEqual(peer.violations, []);
  });

  test("a header block of too many frames or bytes ends the connection before it is whole", () => {
    const many = new ScriptedPeer("server").greet();
    many.say(headers(1, requestBlock, 0), ...Array.from({ length: 9 }, () => continuation(1, Buffer.alloc(0))));
    assert.deepEqual(many.seen(), ["GOAWAY 0 ENHANCE_YOUR_CALM"]);
    const large = new ScriptedPeer("server").greet();
    large.say(
      headers(1, Buffer.alloc(16_384), 0),
      continuation(1, Buffer.alloc(16_384)),
      continuation(1, Buffer.alloc(1)),
    );
    assert.deepEqual(large.seen(), ["GOAWAY 0 ENHANCE_YOUR_CALM"]);
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
