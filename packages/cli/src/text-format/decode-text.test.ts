import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeText } from "./decode-text.ts";

test("UTF-8 is text", () => {
  assert.equal(decodeText(Buffer.from('s: "é€😀"')), 's: "é€😀"');
});

test("other bytes become escapes, and what is UTF-8 among them does not", () => {
  const bytes = Buffer.concat([
    Buffer.from('"é'),
    Buffer.from([0xff, 0xe2, 0x82]),
    Buffer.from('€😀"'),
    Buffer.from([0xc3]),
  ]);
  assert.equal(decodeText(bytes), '"é\\377\\342\\202€😀"\\303');
});
