import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { frames } from "../../testing/index.ts";
import { HeaderTemplate } from "../hpack/index.ts";
import { requestBlock } from "./testdata/requests.ts";
import { ScriptedPeer } from "./testdata/scripted-peer.ts";

const { END_HEADERS, END_STREAM } = frames;
const STREAMS = [1, 3, 5] as const;
const INITIAL_WINDOW_SIZE = 4;
const MAX_FRAME_SIZE = 5;
const DEFAULT_WINDOW = 65_535;

type Step =
  | { readonly kind: "send"; readonly id: number; readonly bytes: number; readonly isOwned: boolean }
  | { readonly kind: "end"; readonly id: number }
  | { readonly kind: "window"; readonly id: number; readonly bytes: number }
  | { readonly kind: "initial window"; readonly bytes: number }
  | { readonly kind: "largest frame"; readonly bytes: number }
  | { readonly kind: "congestion"; readonly isCongested: boolean };

/** What is known of a stream without a look at the connection. */
interface Known {
  window: number;
  sent: Buffer;
  came: Buffer;
  isEnded: boolean;
  hasEndCome: boolean;
}

class Model {
  readonly #peer: ScriptedPeer = new ScriptedPeer("server").greet();
  readonly #streams: Map<number, Known> = new Map();
  #window = DEFAULT_WINDOW;
  #initialWindow = DEFAULT_WINDOW;
  #largestFrame = 16_384;
  #bytes = 0;

  constructor() {
    for (const id of STREAMS) {
      this.#peer.say(frames.headers(id, requestBlock, END_HEADERS | END_STREAM));
      this.#peer.connection.sendHeaders(this.#peer.stream(id), new HeaderTemplate([[":status", "200"]]), false);
      const nothing = { sent: Buffer.alloc(0), came: Buffer.alloc(0), isEnded: false, hasEndCome: false };
      this.#streams.set(id, { window: DEFAULT_WINDOW, ...nothing });
    }
    this.#peer.seen();
  }

  step(step: Step): void {
    switch (step.kind) {
      case "send":
        this.#send(step.id, step.bytes, step.isOwned, false);
        break;
      case "end":
        this.#send(step.id, 0, true, true);
        break;
      case "window":
        if (step.id === 0) this.#window += step.bytes;
        else this.#stream(step.id).window += step.bytes;
        this.#peer.say(frames.windowUpdate(step.id, step.bytes));
        break;
      case "initial window":
        for (const stream of this.#streams.values()) stream.window += step.bytes - this.#initialWindow;
        this.#initialWindow = step.bytes;
        this.#peer.say(frames.settings([INITIAL_WINDOW_SIZE, step.bytes]));
        break;
      case "largest frame":
        this.#largestFrame = step.bytes;
        this.#peer.say(frames.settings([MAX_FRAME_SIZE, step.bytes]));
        break;
      case "congestion":
        this.#peer.pipe.congested = step.isCongested;
        if (!step.isCongested) this.#peer.connection.onDrain();
        break;
    }
    this.#look();
  }

  #send(id: number, byteLength: number, isOwned: boolean, isEnd: boolean): void {
    const stream = this.#stream(id);
    if (stream.isEnded) return;
    const bytes = Buffer.from(Array.from({ length: byteLength }, () => this.#bytes++ & 0xff));
    stream.sent = Buffer.concat([stream.sent, bytes]);
    stream.isEnded = isEnd;
    const { connection } = this.#peer;
    if (isOwned) {
      connection.sendOwned(this.#peer.stream(id), bytes, isEnd);
      return;
    }
    const start = connection.beginData(byteLength);
    connection.output.bytes.set(bytes, start);
    connection.commitData(this.#peer.stream(id), start, start + byteLength, isEnd);
  }

  /** What has left, and whether more could have. */
  #look(): void {
    for (const { type, streamId, payload, flags } of this.#peer.frames()) {
      if (type !== "DATA") continue;
      const stream = this.#stream(streamId);
      assert.ok(payload.length <= this.#largestFrame, `a frame of ${payload.length} bytes`);
      stream.window -= payload.length;
      this.#window -= payload.length;
      if (payload.length > 0) assert.ok(stream.window >= 0 && this.#window >= 0, `${stream.window}, ${this.#window}`);
      assert.equal(stream.hasEndCome, false);
      stream.came = Buffer.concat([stream.came, payload]);
      stream.hasEndCome = (flags & END_STREAM) !== 0;
    }
    assert.equal(this.#peer.connection.isClosed, false);
    assert.equal(this.#peer.connection.sendWindowBytes, this.#window);
    for (const [id, stream] of this.#streams) {
      const left = stream.sent.length - stream.came.length;
      assert.deepEqual(stream.came, stream.sent.subarray(0, stream.came.length), "other bytes, or another order");
      const mayGo = left === 0 || (stream.window > 0 && this.#window > 0);
      if (mayGo && !this.#peer.pipe.congested) {
        assert.equal(left, 0, `stream ${id} holds ${left} bytes back`);
        assert.equal(stream.hasEndCome, stream.isEnded, `the end of stream ${id}`);
      }
    }
  }

  #stream(id: number): Known {
    return this.#streams.get(id) ?? assert.fail(`there is no stream ${id}`);
  }
}

test("what is sent leaves whole, in order, as soon as both windows allow and never before", () => {
  const id = fc.constantFrom(...STREAMS);
  const bytes = fc.oneof(fc.nat(40), fc.nat(40_000));
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant("send" as const), id, bytes, isOwned: fc.boolean() }),
    fc.record({ kind: fc.constant("send" as const), id, bytes, isOwned: fc.boolean() }),
    fc.record({ kind: fc.constant("end" as const), id }),
    fc.record({
      kind: fc.constant("window" as const),
      id: fc.constantFrom(0, 0, ...STREAMS),
      bytes: fc.integer({ min: 1, max: 50_000 }),
    }),
    fc.record({ kind: fc.constant("initial window" as const), bytes: fc.oneof(fc.nat(10), fc.nat(100_000)) }),
    fc.record({ kind: fc.constant("largest frame" as const), bytes: fc.integer({ min: 16_384, max: 100_000 }) }),
    fc.record({ kind: fc.constant("congestion" as const), isCongested: fc.boolean() }),
  );
  const property = fc.property(fc.array(step, { maxLength: 24 }), (steps) => {
    const model = new Model();
    for (const one of steps) model.step(one);
  });
  fc.assert(property, { numRuns: 1000 });
});
