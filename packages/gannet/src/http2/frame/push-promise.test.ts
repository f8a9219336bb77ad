import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Http2Code } from "../http2-error.ts";
import { FrameFlag, FrameType } from "./frame.ts";
import { parsePayload } from "./testdata/parse-one.ts";

const { PushPromise } = FrameType;
const { Padded } = FrameFlag;

describe("PUSH_PROMISE", () => {
  test("says what it promises, padded or not", () => {
    assert.deepEqual(parsePayload(PushPromise, 0, 1, "\0\0\0\x02block"), [["PushPromise", 1, 2]]);
    assert.deepEqual(parsePayload(PushPromise, Padded, 1, "\x03\x80\0\0\x0cblock\0\0\0"), [["PushPromise", 1, 12]]);
  });

  // §6.6, §5.1.1
  for (const [name, flags, streamId, payload, http2Code] of [
    ["stream 0", 0, 0, "\0\0\0\x02", Http2Code.ProtocolError],
    ["the promise of stream 0", 0, 1, "\0\0\0\0", Http2Code.ProtocolError],
    ["the promise of a client's stream", 0, 1, "\0\0\0\x03", Http2Code.ProtocolError],
    ["more padding than payload", Padded, 1, "\x02\0\0\0\x02x", Http2Code.ProtocolError],
    ["a promise that is cut off", 0, 1, "\0\0\0", Http2Code.FrameSizeError],
    ["padding and no length of it", Padded, 1, "", Http2Code.FrameSizeError],
  ] as const) {
    test(`rejects ${name}`, () => {
      assert.throws(() => parsePayload(PushPromise, flags, streamId, payload), { streamId: 0, http2Code });
    });
  }
});
