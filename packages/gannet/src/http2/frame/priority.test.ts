import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Http2Code } from "../http2-error.ts";
import { FrameType } from "./frame.ts";
import { writePriority } from "./priority.ts";
import { parsePayload, parseWhole, written } from "./testdata/parse-one.ts";

const { Priority } = FrameType;

describe("PRIORITY", () => {
  test("round-trips, and the bit for exclusive is no part of the dependency", () => {
    assert.deepEqual(parseWhole(written((out, at) => writePriority(out, at, 9, 11, 256))), [["Priority", 9, 11]]);
    assert.deepEqual(parsePayload(Priority, 0, 9, "\x80\0\0\x0b\x07"), [["Priority", 9, 11]]);
  });

  // §6.3
  for (const payload of ["", "\0\0\0\0", "\0\0\0\0\0\0"]) {
    test(`rejects a payload of ${payload.length} bytes`, () => {
      const refusal = { streamId: 0, http2Code: Http2Code.FrameSizeError };
      assert.throws(() => parsePayload(Priority, 0, 1, payload), refusal);
    });
  }

  test("rejects stream 0, and a stream that depends on itself", () => {
    const broken = { streamId: 0, http2Code: Http2Code.ProtocolError };
    assert.throws(() => parsePayload(Priority, 0, 0, "\0\0\0\x01\0"), broken);
    assert.throws(() => parsePayload(Priority, 0, 5, "\x80\0\0\x05\0"), broken);
  });
});
