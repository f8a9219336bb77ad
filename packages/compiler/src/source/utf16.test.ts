import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeUtf16 } from "./utf16.ts";

test("a file in UTF-16 is known by its first bytes, in either order", () => {
  assert.equal(decodeUtf16(Uint8Array.of(0xff, 0xfe, 0x61, 0x00)), "\ufeffa");
  assert.equal(decodeUtf16(Uint8Array.of(0xfe, 0xff, 0x00, 0x61)), "\ufeffa");
});

test("texts, UTF-8 and what is too short are not UTF-16", () => {
  for (const contents of ["\ufeffa", Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), Uint8Array.of(0xff), new Uint8Array()]) {
    assert.equal(decodeUtf16(contents), undefined);
  }
});
