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
  ping,
  rstStream,
  settings,
  settingsAck,
  windowUpdate,
} from "../../testing/http2/frames.ts";
import { FrameType } from "../frame/index.ts";
import { REQUEST, requestBlock, responseBlock } from "./testdata/requests.ts";
import { ScriptedPeer } from "./testdata/scripted-peer.ts";
import { commit, okHeader, serverWithStream, source } from "./testdata/server-with-stream.ts";

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
