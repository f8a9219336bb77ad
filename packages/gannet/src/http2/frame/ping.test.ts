import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Http2Code } from "../http2-error.ts";
import { FrameType } from "./frame.ts";
import { writePing } from "./ping.ts";
import { parsePayload, parseWhole, written } from "./testdata/parse-one.ts";

const { Ping } = FrameType;

describe("PING", () => {
  for (const [isAck, what] of [
    [false, "Ping"],
    [true, "PingAck"],
  ] as const) {
    test(`round-trips as ${what}`, () => {
      const frame = written((out, at) => writePing(out, at, Buffer.from("12345678"), isAck));
      assert.deepEqual(parseWhole(frame), [[what, "12345678"]]);
    });
  }

  // §6.7
  for (const payload of ["", "1234567", "123456789"]) {
    test(`rejects a payload of ${payload.length} bytes`, () => {
      assert.throws(() => parsePayload(Ping, 0, 0, payload), { streamId: 0, http2Code: Http2Code.FrameSizeError });
    });
  }

  test("rejects a stream", () => {
    assert.throws(() => parsePayload(Ping, 0, 1, "12345678"), { streamId: 0, http2Code: Http2Code.ProtocolError });
  });
});
