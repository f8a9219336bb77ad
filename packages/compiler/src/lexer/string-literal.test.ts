import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { DiagnosticList } from "../diagnostics/index.ts";
import { SourceFile } from "../source/index.ts";
import { tokenize } from "./lexer.ts";
import { readStringLiteral } from "./string-literal.ts";

/** The bytes of a literal, given in quotes as it stands in a file. */
function bytesOf(...literals: readonly string[]): readonly number[] {
  const { text, bytes } = readStringLiteral(literals);
  return [...(bytes ?? new TextEncoder().encode(text))];
}

function found(text: string): readonly string[] {
  const diagnostics = new DiagnosticList();
  tokenize(new SourceFile("a.proto", text), diagnostics);
  return diagnostics.all.map(({ id, span }) => `${id} ${text.slice(span.start, span.end)}`);
}

describe("a string literal", () => {
  test("is what stands between its quotes, of either kind", () => {
    assert.deepEqual(readStringLiteral(['"a\'b"']), { text: "a'b", bytes: undefined });
    assert.deepEqual(readStringLiteral(["'a\"b'"]), { text: 'a"b', bytes: undefined });
    assert.deepEqual(readStringLiteral(['""']), { text: "", bytes: undefined });
  });

  test("goes on in the next one", () => {
    assert.deepEqual(readStringLiteral(['"a"', "'b'", '"c"']), { text: "abc", bytes: undefined });
  });

  const escapes: readonly (readonly [literal: string, bytes: readonly number[]])[] = [
    ['"\\a\\b\\f\\n\\r\\t\\v"', [7, 8, 12, 10, 13, 9, 11]],
    ['"\\\\\\\'\\"\\?"', [0x5c, 0x27, 0x22, 0x3f]],
    ['"\\0"', [0]],
    ['"\\1\\12\\123"', [1, 0o12, 0o123]],
    ['"\\1234"', [0o123, 0x34]],
    ['"\\18"', [1, 0x38]],
    ['"\\377"', [0xff]],
    ['"\\400"', [0]],
    ['"\\x1\\x1F\\X1f"', [1, 0x1f, 0x1f]],
    ['"\\x1fg"', [0x1f, 0x67]],
    ['"\\x414"', [0x41, 0x34]],
    ['"\\u00e9"', [0xc3, 0xa9]],
    ['"\\u20AC"', [0xe2, 0x82, 0xac]],
    ['"\\U0001F600"', [0xf0, 0x9f, 0x98, 0x80]],
    ['"\\ud83d\\ude00"', [0xf0, 0x9f, 0x98, 0x80]],
    ['"\\ud83d"', [0xed, 0xa0, 0xbd]],
    ['"\\ude00\\ud83d"', [0xed, 0xb8, 0x80, 0xed, 0xa0, 0xbd]],
    ['"é\\n"', [0xc3, 0xa9, 10]],
  ];
  for (const [literal, bytes] of escapes) {
    test(`such as ${literal} is ${bytes.length} bytes`, () => assert.deepEqual(bytesOf(literal), bytes));
  }

  test("has bytes only where they are no UTF-8, and the text then shows what cannot be read", () => {
    assert.equal(readStringLiteral(['"\\303\\251"']).bytes, undefined);
    assert.equal(readStringLiteral(['"\\303\\251"']).text, "é");
    assert.deepEqual(readStringLiteral(['"a\\377"']), { text: "a\ufffd", bytes: Uint8Array.of(0x61, 0xff) });
  });

  test("may have the bytes of one character in two literals", () => {
    assert.equal(readStringLiteral(['"\\303"', '"\\251"']).text, "é");
  });

  test("keeps escapes beyond the last code point as they are", () => {
    assert.equal(readStringLiteral(['"\\U00110000\\U001fFFFF"']).text, "\\U00110000\\U001fffff");
  });

  test("keeps a byte order mark", () => {
    assert.deepEqual(bytesOf('"\\357\\273\\277a"'), [0xef, 0xbb, 0xbf, 0x61]);
    assert.equal(readStringLiteral(['"\\357\\273\\277a"']).text, "\ufeffa");
  });

  test("gives back every byte that is escaped", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
        const hex = [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
        assert.deepEqual(bytesOf(`"${octal}"`), [...bytes]);
        assert.deepEqual(bytesOf(`'${hex}'`), [...bytes]);
      }),
    );
  });

  test("is read, whatever is in it", () => {
    const body = fc.string({ unit: fc.constantFrom("\\", "x", "u", "U", "d", "8", "0", "1", "F", "é", '"', "n", "q") });
    fc.assert(
      fc.property(body, (text) => {
        const read = readStringLiteral([`"${text}`]);
        assert.ok(read.text.length <= text.length);
      }),
    );
  });
});

describe("in a string literal", () => {
  const broken: readonly (readonly [text: string, reports: readonly string[]])[] = [
    ['"\\q"', ["escape-invalid \\q"]],
    ['"\\x"', ["escape-invalid \\x"]],
    ['"\\xg"', ["escape-invalid \\x"]],
    ['"\\u12"', ["escape-invalid \\u"]],
    ['"\\U00200000"', ["escape-invalid \\U"]],
    ['"\\U0001F60"', ["escape-invalid \\U"]],
    ['"\\8"', ["escape-invalid \\8"]],
    ['"\\q \\y"', ["escape-invalid \\q", "escape-invalid \\y"]],
    ['"a\u0000\u0000b"', ["character-invalid \u0000"]],
    ['"a', ['string-unterminated "a']],
    ['"a\nb', ['string-unterminated "a']],
    ['"a\r\nb', ['string-unterminated "a']],
    ["'a\"", ["string-unterminated 'a\""]],
    ['"a\\', ['string-unterminated "a\\']],
    ['"a\\\nb', ['string-unterminated "a\\']],
    ['"\\u12', ["escape-invalid \\u", 'string-unterminated "\\u12']],
  ];
  for (const [text, reports] of broken) {
    test(`${JSON.stringify(text)} is reported`, () => assert.deepEqual(found(text), reports));
  }

  test("what is not ASCII needs no escape", () => assert.deepEqual(found('"é€😀\u2028\ufeff"'), []));
});
