import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { encodeRaw, readableText } from "./raw-bytes.ts";
import { type DecodedSource, decodeSource } from "./read-file.ts";

const read = (text: string, valid = true): DecodedSource => ({ text, raw: text, valid });
const bytes = (...all: readonly number[]): Uint8Array => Uint8Array.from(all);

describe("a file's contents", () => {
  test("may be text, which is taken as it is", () => {
    assert.deepEqual(decodeSource("\ufeffmessage Ä {}"), read("\ufeffmessage Ä {}"));
  });

  test("may be the bytes of UTF-8", () => {
    assert.deepEqual(decodeSource(new TextEncoder().encode("// é€😀")), read("// é€😀"));
  });

  test("keep a byte order mark, so that offsets count it", () => {
    assert.deepEqual(decodeSource(bytes(0xef, 0xbb, 0xbf, 0x61)), read("\ufeffa"));
  });

  const broken: readonly (readonly [what: string, contents: Uint8Array, raw: string])[] = [
    ["a byte of Latin-1", bytes(0x61, 0xe9, 0x62), "a\udce9b"],
    ["a sequence that is cut off", bytes(0x61, 0xe2, 0x82), "a\udce2\udc82"],
    ["a sequence that is cut short", bytes(0xf0, 0x9f, 0x98, 0x22), '\udcf0\udc9f\udc98"'],
    ["a surrogate", bytes(0xed, 0xa0, 0x80), "\udced\udca0\udc80"],
    ["an overlong NUL", bytes(0xc0, 0x80), "\udcc0\udc80"],
    ["an overlong letter", bytes(0xe0, 0x81, 0xa1), "\udce0\udc81\udca1"],
    ["what would be beyond the last code point", bytes(0xf4, 0x90, 0x80, 0x80), "\udcf4\udc90\udc80\udc80"],
  ];
  for (const [what, contents, raw] of broken) {
    test(`are not valid with ${what} in them, and are read all the same`, () => {
      const text = raw.replaceAll(/[\udc80-\udcff]/g, "\ufffd");
      assert.deepEqual(decodeSource(contents), { text, raw, valid: false });
      assert.deepEqual(encodeRaw(raw), contents);
    });
  }

  test("are what they were, once they are bytes again", () => {
    fc.assert(
      fc.property(fc.uint8Array({ max: 255, maxLength: 40 }), (contents) => {
        const { raw, text, valid } = decodeSource(contents);
        assert.deepEqual(encodeRaw(raw), contents);
        assert.equal(raw.length, text.length);
        assert.equal(valid, raw === text);
        assert.equal(readableText(raw), new TextDecoder("utf-8", { ignoreBOM: true }).decode(contents));
      }),
    );
  });

  test("are not valid with half a surrogate pair in the text, which no file could hold", () => {
    assert.deepEqual(decodeSource('"\ud800"'), read('"\ufffd"', false));
    assert.deepEqual(decodeSource("\udc00\ud800"), read("\ufffd\ufffd", false));
    assert.deepEqual(decodeSource("\ud83d\ude00"), read("\ud83d\ude00"));
  });

  test("may be nothing at all", () => {
    assert.deepEqual(decodeSource(bytes()), read(""));
  });
});
