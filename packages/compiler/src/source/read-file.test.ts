import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeSource } from "./read-file.ts";

const bytes = (...all: readonly number[]): Uint8Array => Uint8Array.from(all);

describe("a file's contents", () => {
  test("may be text, which is taken as it is", () => {
    assert.deepEqual(decodeSource("\ufeffmessage Ä {}"), { text: "\ufeffmessage Ä {}", valid: true });
  });

  test("may be the bytes of UTF-8", () => {
    assert.deepEqual(decodeSource(new TextEncoder().encode("// é€😀")), { text: "// é€😀", valid: true });
  });

  test("keep a byte order mark, so that offsets count it", () => {
    assert.deepEqual(decodeSource(bytes(0xef, 0xbb, 0xbf, 0x61)), { text: "\ufeffa", valid: true });
  });

  const broken: readonly (readonly [what: string, contents: Uint8Array, text: string])[] = [
    ["a byte of Latin-1", bytes(0x61, 0xe9, 0x62), "a\ufffdb"],
    ["a sequence that is cut off", bytes(0x61, 0xe2, 0x82), "a\ufffd"],
    ["a surrogate", bytes(0xed, 0xa0, 0x80), "\ufffd\ufffd\ufffd"],
    ["an overlong NUL", bytes(0xc0, 0x80), "\ufffd\ufffd"],
  ];
  for (const [what, contents, text] of broken) {
    test(`are not valid with ${what} in them, and are read all the same`, () => {
      assert.deepEqual(decodeSource(contents), { text, valid: false });
    });
  }

  test("are not valid with half a surrogate pair in the text, which no file could hold", () => {
    assert.deepEqual(decodeSource('"\ud800"'), { text: '"\ufffd"', valid: false });
    assert.deepEqual(decodeSource("\udc00\ud800"), { text: "\ufffd\ufffd", valid: false });
    assert.deepEqual(decodeSource("\ud83d\ude00"), { text: "\ud83d\ude00", valid: true });
  });

  test("may be nothing at all", () => {
    assert.deepEqual(decodeSource(bytes()), { text: "", valid: true });
  });
});
