import assert from "node:assert/strict";
import { test } from "node:test";
import { Http2Stream, type StreamSink } from "../stream/index.ts";
import { StreamMap } from "./stream-map.ts";

const SINK: StreamSink = { onHeaders() {}, onData() {}, onReset() {}, onWritable() {} };

function createStream(id: number): Http2Stream {
  const stream = new Http2Stream(SINK, 0, 0);
  stream.id = id;
  return stream;
}

/** The same as a Map would give, after each step. */
function assertLikeMap(steps: Iterable<readonly ["add" | "remove", number]>): void {
  const streams = new StreamMap();
  const expected = new Map<number, Http2Stream>();
  for (const [step, id] of steps) {
    if (step === "remove") {
      streams.remove(id);
      expected.delete(id);
    } else {
      const stream = createStream(id);
      streams.add(stream);
      expected.set(id, stream);
    }
    assert.equal(streams.size, expected.size);
    assert.equal(streams.get(id), expected.get(id));
  }
  assert.deepEqual(
    streams.all().map(({ id }) => id),
    [...expected.keys()].sort((a, b) => a - b),
  );
  for (const [id, stream] of expected) assert.equal(streams.get(id), stream);
}

test("streams are found while they are open, however many there are", () => {
  assertLikeMap(
    (function* () {
      for (let at = 0; at < 5000; at++) yield ["add", 2 * at + 1] as const;
      for (let at = 0; at < 5000; at += 3) yield ["remove", 2 * at + 1] as const;
      for (let at = 5000; at < 12_000; at++) yield ["add", 2 * at + 1] as const;
      for (let at = 0; at < 12_000; at++) yield ["remove", 2 * at + 1] as const;
    })(),
  );
});

test("streams that stay do not hide those that come and go", () => {
  assertLikeMap(
    (function* () {
      yield ["add", 1] as const;
      yield ["add", 5] as const;
      for (let id = 7; id < 2000; id += 2) {
        yield ["add", id] as const;
        yield ["remove", id] as const;
      }
      yield ["remove", 1] as const;
    })(),
  );
});

test("numbers that all fall on one slot are found as well, up to the last that there is", () => {
  const ids = Array.from({ length: 1000 }, (_, index) => 0x7fffffff - 8192 * (1000 - index - 1));
  assertLikeMap([
    ...ids.map((id) => ["add", id] as const),
    ...ids.filter((_, index) => index % 2 === 0).map((id) => ["remove", id] as const),
    ["remove", 3],
  ]);
});
