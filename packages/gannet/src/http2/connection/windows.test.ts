import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  data,
  END_HEADERS,
  END_STREAM,
  headers,
  PREFACE,
  settings,
  settingsAck,
  windowUpdate,
} from "../../testing/http2/frames.ts";
import type { PeerFrame } from "../../testing/index.ts";
import { type HeaderList, HpackDecoder } from "../hpack/index.ts";
import { requestBlock } from "./testdata/requests.ts";
import { ScriptedPeer } from "./testdata/scripted-peer.ts";
import { commit, serverWithStream, source } from "./testdata/server-with-stream.ts";

function bodyOf(frames: readonly PeerFrame[], streamId: number): Buffer {
  return Buffer.concat(
    frames.filter((one) => one.type === "DATA" && one.streamId === streamId).map(({ payload }) => payload),
  );
}

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

  test("an end that is empty may come although a setting has left the window below zero (§6.9.2)", () => {
    const peer = new ScriptedPeer("server", { streamWindowBytes: 1000 });
    peer.say(PREFACE, settings(), headers(1, requestBlock), data(1, Buffer.alloc(5000)), settingsAck);
    assert.equal(peer.stream(1).receiveWindow, -4000);
    peer.say(data(1, "", END_STREAM));
    assert.deepEqual(peer.violations, []);
    assert.deepEqual(peer.events.slice(-1), ["1: data [0] end"]);
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
