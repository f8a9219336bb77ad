import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Http2Code } from "../http2-error.ts";
import { FrameFlag, FrameType } from "./frame.ts";
import { writeSettings, writeSettingsAck } from "./settings.ts";
import { parsePayload, parseWhole, written } from "./testdata/parse-one.ts";

type Pair = readonly [id: number, value: number];

function parse(...pairs: readonly Pair[]): unknown[] {
  return parseWhole(written((out, at) => writeSettings(out, at, pairs)));
}

function parseBytes(payload: Uint8Array): unknown[] {
  return parsePayload(FrameType.Settings, 0, 0, payload);
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
      [0xffff, 7],
      [1, 5],
    ];
    assert.deepEqual(parse(...pairs), [...pairs.map((pair) => ["Setting", ...pair]), ["SettingsEnd"]]);
    assert.deepEqual(parse(), [["SettingsEnd"]]);
  });

  test("round-trips an acknowledgement", () => {
    assert.deepEqual(parseWhole(written(writeSettingsAck)), [["SettingsAck"]]);
  });

  // §6.5.2
  for (const [name, pair, http2Code] of [
    ["ENABLE_PUSH of 2", [2, 2], Http2Code.ProtocolError],
    ["INITIAL_WINDOW_SIZE of 2^31", [4, 0x80000000], Http2Code.FlowControlError],
    ["MAX_FRAME_SIZE of 0", [5, 0], Http2Code.ProtocolError],
    ["MAX_FRAME_SIZE of 16383", [5, 16_383], Http2Code.ProtocolError],
    ["MAX_FRAME_SIZE of 2^24", [5, 0x1000000], Http2Code.ProtocolError],
  ] as const) {
    test(`rejects ${name}`, () => assert.throws(() => parse(pair), { streamId: 0, http2Code }));
  }

  // §6.5
  test("rejects a payload that is no multiple of 6 bytes", () => {
    assert.throws(() => parseBytes(new Uint8Array(7)), { streamId: 0, http2Code: Http2Code.FrameSizeError });
  });

  test("rejects an acknowledgement with a payload", () => {
    const refusal = { streamId: 0, http2Code: Http2Code.FrameSizeError };
    assert.throws(() => parsePayload(FrameType.Settings, FrameFlag.Ack, 0, new Uint8Array(6)), refusal);
  });

  test("rejects a stream", () => {
    const refusal = { streamId: 0, http2Code: Http2Code.ProtocolError };
    assert.throws(() => parsePayload(FrameType.Settings, 0, 1, ""), refusal);
  });

  test("rejects more settings than anyone has reason to send", () => {
    assert.equal(parseBytes(new Uint8Array(32 * 6)).length, 33);
    assert.throws(() => parseBytes(new Uint8Array(33 * 6)), {
      streamId: 0,
      http2Code: Http2Code.EnhanceYourCalm,
      violation: "settings-too-many",
    });
  });
});
