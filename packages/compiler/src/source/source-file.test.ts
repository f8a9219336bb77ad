import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { SourceFile } from "./source-file.ts";

function columnOf(line: string, offset: number): number {
  return new SourceFile("a.proto", `// before\n${line}\nbehind`).positionAt(offset + 10).column;
}

/** Lines with all that makes columns differ from offsets, and lines of plain ASCII. */
const line = fc.string({ unit: fc.constantFrom("a", " ", "\t", "é", "€", "😀", "\r"), maxLength: 300 });
const text = fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => lines.join("\n"));

/** Where a place is, by reading all of the text before it. */
function countedPosition(whole: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = whole.slice(0, offset).split("\n");
  let column = 0;
  for (const character of lines.at(-1) ?? "") {
    column = character === "\t" ? column - (column % 8) + 8 : column + new TextEncoder().encode(character).length;
  }
  return { line: lines.length - 1, column };
}

describe("a column", () => {
  test("counts characters of ASCII one by one", () => {
    assert.equal(columnOf("message Book {", 8), 8);
  });

  test("goes on to the next multiple of 8 behind a tab, as protoc's does", () => {
    assert.equal(columnOf("\tint32 a = 1;", 1), 8);
    assert.equal(columnOf("ab\tint32 a = 1;", 3), 8);
    assert.equal(columnOf("1234567\tx", 8), 8);
    assert.equal(columnOf("12345678\tx", 9), 16);
    assert.equal(columnOf("\t\tx", 2), 16);
  });

  test("counts bytes of UTF-8", () => {
    assert.equal(columnOf("/*é*/ int32", 6), 7);
    assert.equal(columnOf("/*€*/ int32", 6), 8);
    assert.equal(columnOf("/*😀*/ int32", 7), 9);
  });

  test("starts anew on each line", () => {
    const source = new SourceFile("a.proto", "é\n\tx\ny");
    assert.deepEqual(source.positionAt(3), { line: 1, column: 8 });
    assert.deepEqual(source.positionAt(5), { line: 2, column: 0 });
  });
});

describe("a position", () => {
  test("of the end of the text is behind its last character", () => {
    assert.deepEqual(new SourceFile("a.proto", "ab").positionAt(2), { line: 0, column: 2 });
    assert.deepEqual(new SourceFile("a.proto", "ab\n").positionAt(3), { line: 1, column: 0 });
    assert.deepEqual(new SourceFile("a.proto", "").positionAt(0), { line: 0, column: 0 });
  });

  test("of a line feed is on the line that it ends", () => {
    assert.deepEqual(new SourceFile("a.proto", "ab\ncd").positionAt(2), { line: 0, column: 2 });
  });

  test("is what counting from the start gives, in whatever order places are asked for", () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), (whole, places) => {
        const source = new SourceFile("a.proto", whole);
        for (const place of places) {
          const offset = place % (whole.length + 1);
          // Between the halves of a surrogate pair there is no place that a token could start or end at.
          if (/^[\udc00-\udfff]/.test(whole.slice(offset))) continue;
          assert.deepEqual(source.positionAt(offset), countedPosition(whole, offset));
        }
      }),
    );
  });
});

describe("the lines of a file", () => {
  test("end at line feeds, with or without a carriage return", () => {
    const source = new SourceFile("a.proto", "ab\r\n\ncd\n");
    const lines = Array.from({ length: source.lineCount }, (_, at) => source.lineSpan(at));
    assert.deepEqual(
      lines.map(({ start, end }) => source.text.slice(start, end)),
      ["ab", "", "cd", ""],
    );
  });

  test("are one where the text is empty", () => {
    const source = new SourceFile("a.proto", "");
    assert.equal(source.lineCount, 1);
    assert.deepEqual(source.lineSpan(0), { start: 0, end: 0 });
  });

  test("keep a carriage return that stands alone", () => {
    const source = new SourceFile("a.proto", "a\rb\n");
    assert.equal(source.lineCount, 2);
    assert.deepEqual(source.lineSpan(0), { start: 0, end: 3 });
  });

  test("cover the text, whatever is in it", () => {
    fc.assert(
      fc.property(text, (whole) => {
        const source = new SourceFile("a.proto", whole);
        assert.equal(source.lineCount, whole.split("\n").length);
        for (let at = 0; at < source.lineCount; at++) {
          const { start, end } = source.lineSpan(at);
          assert.ok(start <= end && end <= whole.length);
          assert.equal(source.lineAt(start), at);
          assert.equal(source.lineAt(end), at);
        }
      }),
    );
  });
});
