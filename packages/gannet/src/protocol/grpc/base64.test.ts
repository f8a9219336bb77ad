import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeBase64, encodeBase64 } from "./base64.ts";

test("bytes come back, padded or not, in either alphabet", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const padded = Buffer.from(bytes).toString("base64");
      assert.equal(encodeBase64(bytes), padded.replace(/=+$/, ""));
      for (const text of [padded, encodeBase64(bytes), Buffer.from(bytes).toString("base64url")]) {
        assert.deepEqual(decodeBase64(text), bytes);
      }
    }),
  );
});

for (const text of ["A", "AAAAA", "A A", "!!!!", "AA=A", "ÄAAA", "AA\n"]) {
  test(`${JSON.stringify(text)} is no base64`, () => assert.equal(decodeBase64(text), undefined));
}
