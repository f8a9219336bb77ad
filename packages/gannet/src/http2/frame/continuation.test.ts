import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Http2Code } from "../http2-error.ts";
import { writeContinuationHeader } from "./continuation.ts";
import { FrameType } from "./frame.ts";
import { parsePayload, parseWhole, written } from "./testdata/parse-one.ts";

describe("CONTINUATION", () => {
  for (const endHeaders of [false, true]) {
    test(`round-trips ${endHeaders ? "with" : "without"} the end of its block`, () => {
      const header = written((out, at) => writeContinuationHeader(out, at, 5, 7, endHeaders));
      const said = parseWhole(Buffer.concat([header, Buffer.from("block")]));
      assert.deepEqual(said, [["Continuation", 7, "block", endHeaders]]);
    });
  }

  test("may be empty, and has no padding whatever its flags", () => {
    assert.deepEqual(parsePayload(FrameType.Continuation, 0xff, 1, ""), [["Continuation", 1, "", true]]);
    assert.deepEqual(parsePayload(FrameType.Continuation, 0xfb, 1, "\x01x"), [["Continuation", 1, "\x01x", false]]);
  });

  // §6.10
  test("rejects stream 0", () => {
    const refusal = { streamId: 0, http2Code: Http2Code.ProtocolError };
    assert.throws(() => parsePayload(FrameType.Continuation, 0, 0, "x"), refusal);
  });
});
