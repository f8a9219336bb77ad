import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HpackError } from "./hpack-error.ts";
import { decodeHuffman, huffmanLength, writeHuffman } from "./huffman.ts";

function encode(text: string): Buffer {
  const out = Buffer.alloc(huffmanLength(text) + 1, 0xaa);
  assert.equal(writeHuffman(out, 0, text), out.length - 1, "the length is as foretold");
  assert.equal(out.at(-1), 0xaa, "nothing is written behind it");
  return out.subarray(0, -1);
}

function decode(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  return decodeHuffman(bytes, 0, bytes.length);
}

// RFC 7541 Appendix C.4 and C.6.
for (const [text, hex] of [
  ["www.example.com", "f1e3c2e5f23a6ba0ab90f4ff"],
  ["no-cache", "a8eb10649cbf"],
  ["custom-key", "25a849e95ba97d7f"],
  ["custom-value", "25a849e95bb8e8b4bf"],
  ["302", "6402"],
  ["private", "aec3771a4b"],
  ["Mon, 21 Oct 2013 20:13:21 GMT", "d07abe941054d444a8200595040b8166e082a62d1bff"],
  ["https://www.example.com", "9d29ad171863c78f0b97c8e9ae82ae43d3"],
  ["gzip", "9bd9ab"],
  [
    "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
    "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
  ],
] as const) {
  test(`${JSON.stringify(text)} is coded as in RFC 7541`, () => {
    assert.equal(encode(text).toString("hex"), hex);
    assert.equal(decode(hex), text);
  });
}

test("any text of bytes comes back", () => {
  const text = fc
    .array(fc.integer({ min: 0, max: 255 }), { maxLength: 300 })
    .map((codes) => String.fromCharCode(...codes));
  fc.assert(
    fc.property(text, (one) => {
      const bytes = encode(one);
      assert.equal(decodeHuffman(bytes, 0, bytes.length), one);
    }),
  );
});

test("every byte comes back, alone and long", () => {
  for (let code = 0; code < 256; code++) {
    for (const count of [1, 2, 3, 5000]) {
      const text = String.fromCharCode(code).repeat(count);
      const bytes = encode(text);
      assert.equal(decodeHuffman(bytes, 0, bytes.length), text);
    }
  }
});

test("decoding what was decoded gives the same bytes, or it was refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      let text: string;
      try {
        text = decodeHuffman(bytes, 0, bytes.length);
      } catch (error) {
        assert.ok(error instanceof HpackError);
        return;
      }
      assert.deepEqual(encode(text), Buffer.from(bytes), "there is one way to code a text");
    }),
    { numRuns: 2000 },
  );
});

// RFC 7541 §5.2.
for (const [name, hex] of [
  ["padding of eight bits", "1fff"],
  ["padding of eight bits alone", "ff"],
  ["padding of zeroes", "18"],
  ["padding that is not all ones", "1e"],
  ["the end-of-string code", "ffffffff"],
  ["the end-of-string code within", "1ffffffffcff"],
] as const) {
  test(`refuses ${name}`, () => assert.throws(() => decode(hex), HpackError));
}
