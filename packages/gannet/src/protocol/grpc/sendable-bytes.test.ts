import assert from "node:assert/strict";
import { test } from "node:test";
import { FeatureSchema } from "../../client/testdata/route_guide_pb.ts";
import { CodecCache } from "../../codec/index.ts";
import { GrpcError } from "../../core/index.ts";
import { sendableBytes } from "./sendable-bytes.ts";

test("a message may be as long as the limit, and no longer, whatever its codec supposes", () => {
  for (const kind of ["compiled", "interpreted"] as const) {
    const codec = new CodecCache(kind).get(FeatureSchema);
    const message = { name: "ü".repeat(100) };
    // The first messages are interpreted where code is made.
    for (let count = 0; count < 20; count++) codec.encodeInto(message, new Uint8Array(codec.maxBytes(message)), 0);
    const room = sendableBytes(codec, message, 203, "reply");
    assert.equal(codec.encodeInto(message, new Uint8Array(room), 0), 203);
    assert.throws(
      () => sendableBytes(codec, message, 202, "reply"),
      (error) =>
        GrpcError.is(error, "RESOURCE_EXHAUSTED") &&
        /^a reply of 203 bytes is larger than the 202 that the server may send \(maxSendBytes of the server\)$/.test(
          error.reason,
        ),
    );
    assert.throws(() => sendableBytes(codec, { name: 5 }, 0, "reply"), { name: /TypeError|Error/ });
  }
});
