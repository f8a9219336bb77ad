import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Http2Error } from "../http2-error.ts";
import { FRAME_HEADER_BYTES, readUint32, writeFrameHeader, writeUint32 } from "./frame.ts";
import { parsePayload, written } from "./testdata/parse-one.ts";

describe("a frame", () => {
  test("starts with its length, type, flags and stream", () => {
    const header = written((out, at) => writeFrameHeader(out, at, 0xabcdef, 0x12, 0x34, 0x7fffffff));
    assert.deepEqual(Buffer.from(header), Buffer.from("abcdef12347fffffff", "hex"));
    assert.equal(header.length, FRAME_HEADER_BYTES);
  });

  test("has numbers of 32 bits without a sign", () => {
    for (const value of [0, 1, 0x7fffffff, 0x80000000, 0xffffffff]) {
      const bytes = new Uint8Array(4);
      assert.equal(writeUint32(bytes, 0, value), 4);
      assert.equal(readUint32(bytes, 0), value);
    }
  });

  test("of a type that is not known says so, whatever else it is", () => {
    assert.deepEqual(parsePayload(0xfa, 0xff, 0, "anything"), [["Unknown", 0xfa]]);
    assert.deepEqual(parsePayload(0x0a, 0, 7, ""), [["Unknown", 0x0a]]);
  });

  test("of any bytes is read or refused, and never read beyond its end", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, fc.nat(9), fc.uint8Array({ maxLength: 40 }), (type, flags, streamId, payload) => {
        try {
          for (const [what, , text] of parsePayload(type, flags, streamId, payload)) {
            if (what === "Data" || what === "Headers") assert.ok(String(text).length <= payload.length);
          }
        } catch (error) {
          assert.ok(error instanceof Http2Error, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
