import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { data, frame, goaway, ping, settings } from "../../testing/http2/frames.ts";
import { Http2Code } from "../http2-error.ts";
import { FrameReader } from "./frame-reader.ts";

interface Seen {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: string;
}

function collect(maxFrameBytes = 16_384): {
  readonly reader: FrameReader;
  readonly seen: Seen[];
  readonly stop: () => void;
} {
  const seen: Seen[] = [];
  let isReading = true;
  const stop = (): void => {
    isReading = false;
  };
  const handler = {
    get isReading() {
      return isReading;
    },
    onFrame(bytes: Uint8Array, start: number, length: number, type: number, flags: number, streamId: number) {
      seen.push({ type, flags, streamId, payload: Buffer.from(bytes.slice(start, start + length)).toString("hex") });
    },
  };
  return { reader: new FrameReader(handler, maxFrameBytes), seen, stop };
}

const script = Buffer.concat([
  settings([1, 2], [3, 4]),
  ping(),
  data(1, "hello", 1),
  frame(0xfb, 0xff, 0x7fffffff, Buffer.from("unknown")),
  data(3),
  goaway(3, 0, "bye"),
]);

function readAll(chunks: readonly Uint8Array[]): Seen[] {
  const { reader, seen } = collect();
  for (const chunk of chunks) reader.read(chunk, 0);
  return seen;
}

test("frames are the same wherever one or two cuts go through the bytes", () => {
  const whole = readAll([script]);
  assert.equal(whole.length, 6);
  for (let first = 0; first <= script.length; first++) {
    for (let second = first; second <= script.length; second++) {
      const chunks = [script.subarray(0, first), script.subarray(first, second), script.subarray(second)];
      assert.deepEqual(readAll(chunks), whole, `cut at ${first} and ${second}`);
    }
  }
});

test("frames are the same byte by byte", () => {
  assert.deepEqual(readAll([...script].map((byte) => Uint8Array.of(byte))), readAll([script]));
});

test("frames of any size are the same whatever the chunks", () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 16_384 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      sizes,
      fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 40 }),
      (lengths, cuts) => {
        const bytes = Buffer.concat(lengths.map((length, index) => data(index * 2 + 1, Buffer.alloc(length, index))));
        const chunks: Uint8Array[] = [];
        let at = 0;
        for (let turn = 0; at < bytes.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        assert.deepEqual(readAll(chunks), readAll([bytes]));
      },
    ),
    { numRuns: 50 },
  );
});

test("the reserved bit of the stream's number is ignored", () => {
  const bytes = data(5);
  bytes[5] = 0x80;
  assert.equal(readAll([bytes])[0]?.streamId, 5);
});

test("a frame that is too long is refused at its header, before any of it has come", () => {
  const header = Buffer.from([0x00, 0x40, 0x01, 0, 0, 0, 0, 0, 1]);
  const refusal = { streamId: 0, http2Code: Http2Code.FrameSizeError };
  assert.throws(() => readAll([header]), refusal);
  assert.throws(() => readAll([header.subarray(0, 4), header.subarray(4)]), refusal);
});

test("nothing is read once the handler has had enough", () => {
  const { reader, seen, stop } = collect();
  reader.read(script.subarray(0, 3), 0);
  stop();
  reader.read(script.subarray(3), 0);
  assert.equal(seen.length, 1, "the frame under way is completed, and no other is read");
});
