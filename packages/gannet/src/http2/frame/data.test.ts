import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Http2Code } from "../http2-error.ts";
import { writeDataHeader } from "./data.ts";
import { FrameFlag, FrameType } from "./frame.ts";
import { parsePayload, parseWhole, written } from "./testdata/parse-one.ts";

const { Data } = FrameType;

describe("DATA", () => {
  for (const endStream of [false, true]) {
    test(`round-trips ${endStream ? "with" : "without"} the end of its stream`, () => {
      const header = written((out, at) => writeDataHeader(out, at, 5, 7, endStream));
      assert.deepEqual(parseWhole(Buffer.concat([header, Buffer.from("hello")])), [["Data", 7, "hello", 5, endStream]]);
    });
  }

  test("may be padded, and the padding counts for the windows", () => {
    assert.deepEqual(parsePayload(Data, FrameFlag.Padded, 1, "\x03abc\0\0\0"), [["Data", 1, "abc", 7, false]]);
    assert.deepEqual(parsePayload(Data, FrameFlag.Padded, 1, "\0"), [["Data", 1, "", 1, false]]);
  });

  // §6.1
  for (const [name, payload] of [
    ["as much padding as payload", "\x04abc"],
    ["padding and no length of it", ""],
  ] as const) {
    test(`rejects ${name}`, () => {
      const refusal = { streamId: 0, http2Code: Http2Code.ProtocolError };
      assert.throws(() => parsePayload(Data, FrameFlag.Padded, 1, payload), refusal);
    });
  }

  test("rejects stream 0", () => {
    assert.throws(() => parsePayload(Data, 0, 0, "x"), { streamId: 0, http2Code: Http2Code.ProtocolError });
  });
});
