import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Http2Code } from "../http2-error.ts";
import { FrameFlag, FrameType } from "./frame.ts";
import { writeHeadersHeader } from "./headers.ts";
import { parsePayload, parseWhole, written } from "./testdata/parse-one.ts";

const { Headers } = FrameType;
const { EndHeaders, Padded, Priority } = FrameFlag;
const broken = { streamId: 0, http2Code: Http2Code.ProtocolError };

describe("HEADERS", () => {
  for (const [endStream, endHeaders] of [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ] as const) {
    test(`round-trips with END_STREAM ${endStream} and END_HEADERS ${endHeaders}`, () => {
      const header = written((out, at) => writeHeadersHeader(out, at, 5, 7, endStream, endHeaders));
      const said = parseWhole(Buffer.concat([header, Buffer.from("block")]));
      assert.deepEqual(said, [["Headers", 7, "block", endStream, endHeaders]]);
    });
  }

  test("may be padded and have a priority, which are left out", () => {
    const priority = "\x80\0\0\x03\x10";
    assert.deepEqual(parsePayload(Headers, Padded, 1, "\x02block\0\0"), [["Headers", 1, "block", false, false]]);
    assert.deepEqual(parsePayload(Headers, Priority, 1, `${priority}block`), [["Headers", 1, "block", false, false]]);
    const both = parsePayload(Headers, Padded | Priority | EndHeaders, 1, `\x02${priority}block\0\0`);
    assert.deepEqual(both, [["Headers", 1, "block", false, true]]);
    assert.deepEqual(parsePayload(Headers, Padded, 1, "\x02\0\0"), [["Headers", 1, "", false, false]]);
  });

  // §6.2
  for (const [name, flags, payload] of [
    ["more padding than payload", Padded, "\x03ab"],
    ["padding and no length of it", Padded, ""],
    ["a priority that is cut off", Priority, "\0\0\0"],
    ["padding that reaches into the priority", Padded | Priority, "\x01\0\0\0\x03\x10"],
    ["a stream that depends on itself", Priority, "\x80\0\0\x01\x10block"],
  ] as const) {
    test(`rejects ${name}`, () => assert.throws(() => parsePayload(Headers, flags, 1, payload), broken));
  }

  test("rejects stream 0", () => assert.throws(() => parsePayload(Headers, EndHeaders, 0, "block"), broken));
});
