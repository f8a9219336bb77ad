import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Http2Code } from "../http2-error.ts";
import { FrameType } from "./frame.ts";
import { writeRstStream } from "./rst-stream.ts";
import { parsePayload, parseWhole, written } from "./testdata/parse-one.ts";

const { RstStream } = FrameType;

describe("RST_STREAM", () => {
  for (const code of [0, 8, 0xffffffff]) {
    test(`round-trips the code ${code}, known or not`, () => {
      assert.deepEqual(parseWhole(written((out, at) => writeRstStream(out, at, 5, code))), [["RstStream", 5, code]]);
    });
  }

  // §6.4
  for (const payload of ["", "\0\0\0", "\0\0\0\0\0"]) {
    test(`rejects a payload of ${payload.length} bytes`, () => {
      const refusal = { streamId: 0, http2Code: Http2Code.FrameSizeError };
      assert.throws(() => parsePayload(RstStream, 0, 1, payload), refusal);
    });
  }

  test("rejects stream 0", () => {
    const broken = { streamId: 0, http2Code: Http2Code.ProtocolError };
    assert.throws(() => parsePayload(RstStream, 0, 0, "\0\0\0\x08"), broken);
  });
});
