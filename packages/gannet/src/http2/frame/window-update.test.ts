import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Http2Code } from "../http2-error.ts";
import { FrameType } from "./frame.ts";
import { parsePayload, parseWhole, written } from "./testdata/parse-one.ts";
import { writeWindowUpdate } from "./window-update.ts";

const { WindowUpdate } = FrameType;

describe("WINDOW_UPDATE", () => {
  for (const streamId of [0, 5]) {
    test(`round-trips on stream ${streamId}`, () => {
      const frame = written((out, at) => writeWindowUpdate(out, at, streamId, 0x7fffffff));
      assert.deepEqual(parseWhole(frame), [["WindowUpdate", streamId, 0x7fffffff]]);
    });

    // A zero increment breaks what it was sent on (§6.9).
    test(`rejects an increment of 0 on stream ${streamId}, whatever the reserved bit`, () => {
      const refusal = { streamId, http2Code: Http2Code.ProtocolError };
      assert.throws(() => parsePayload(WindowUpdate, 0, streamId, "\0\0\0\0"), refusal);
      assert.throws(() => parsePayload(WindowUpdate, 0, streamId, Buffer.from("80000000", "hex")), refusal);
    });
  }

  for (const payload of ["", "\0\0\x01", "\0\0\0\0\x01"]) {
    test(`rejects a payload of ${payload.length} bytes`, () => {
      const refusal = { streamId: 0, http2Code: Http2Code.FrameSizeError };
      assert.throws(() => parsePayload(WindowUpdate, 0, 7, payload), refusal);
    });
  }
});
