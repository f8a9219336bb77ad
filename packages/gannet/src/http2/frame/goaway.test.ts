import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Http2Code } from "../http2-error.ts";
import { FrameType } from "./frame.ts";
import { goawayBytes, writeGoaway } from "./goaway.ts";
import { parsePayload, parseWhole, written } from "./testdata/parse-one.ts";

const { Goaway } = FrameType;

describe("GOAWAY", () => {
  for (const words of ["", "max_age"]) {
    test(`round-trips with ${words === "" ? "no words" : "words"}`, () => {
      const frame = written((out, at) => writeGoaway(out, at, 0x7fffffff, 11, Buffer.from(words)));
      assert.equal(frame.length, goawayBytes(words.length));
      assert.deepEqual(parseWhole(frame), [["Goaway", 0x7fffffff, 11, words]]);
    });
  }

  test("has a reserved bit that means nothing", () => {
    assert.deepEqual(parsePayload(Goaway, 0, 0, "\x80\0\0\x05\0\0\0\x0b"), [["Goaway", 5, 11, ""]]);
  });

  // §6.8
  test("rejects less than 8 bytes, and a stream", () => {
    const short = { streamId: 0, http2Code: Http2Code.FrameSizeError };
    assert.throws(() => parsePayload(Goaway, 0, 0, "\0\0\0\x05\0\0\0"), short);
    const broken = { streamId: 0, http2Code: Http2Code.ProtocolError };
    assert.throws(() => parsePayload(Goaway, 0, 1, "\0\0\0\x05\0\0\0\x0b"), broken);
  });
});
