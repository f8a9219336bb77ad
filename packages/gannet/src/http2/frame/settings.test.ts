import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Http2Code } from "../http2-error.ts";
import { parseSettings, writeSettings } from "./settings.ts";

type Pair = readonly [id: number, value: number];

function bytesOf(pairs: readonly Pair[]): Uint8Array {
  const bytes = new Uint8Array(pairs.length * 6);
  assert.equal(writeSettings(bytes, 0, pairs), bytes.length);
  return bytes;
}

function parse(bytes: Uint8Array): Pair[] {
  const seen: Pair[] = [];
  parseSettings(bytes, 0, bytes.length, (id, value) => seen.push([id, value]));
  return seen;
}

describe("SETTINGS", () => {
  test("round-trips, in order, repeated and unknown ones too", () => {
    const pairs: Pair[] = [
      [1, 0],
      [2, 1],
      [3, 0xffffffff],
      [4, 0x7fffffff],
      [5, 16_384],
      [5, 16_777_215],
      [6, 0],
      [0xffff, 7],
      [1, 5],
    ];
    assert.deepEqual(parse(bytesOf(pairs)), pairs);
  });

  for (const [name, pair, http2Code] of [
    ["ENABLE_PUSH of 2", [2, 2], Http2Code.ProtocolError],
    ["INITIAL_WINDOW_SIZE of 2^31", [4, 0x80000000], Http2Code.FlowControlError],
    ["MAX_FRAME_SIZE of 0", [5, 0], Http2Code.ProtocolError],
    ["MAX_FRAME_SIZE of 16383", [5, 16_383], Http2Code.ProtocolError],
    ["MAX_FRAME_SIZE of 2^24", [5, 0x1000000], Http2Code.ProtocolError],
  ] as const) {
    test(`rejects ${name}`, () => assert.throws(() => parse(bytesOf([pair])), { streamId: 0, http2Code }));
  }

  test("rejects a payload that is no multiple of 6 bytes", () => {
    assert.throws(() => parse(new Uint8Array(7)), { streamId: 0, http2Code: Http2Code.FrameSizeError });
  });

  test("rejects more settings than anyone has reason to send", () => {
    assert.equal(parse(new Uint8Array(32 * 6)).length, 32);
    assert.throws(() => parse(new Uint8Array(33 * 6)), { streamId: 0, http2Code: Http2Code.EnhanceYourCalm });
  });
});
