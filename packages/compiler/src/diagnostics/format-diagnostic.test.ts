import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SourceFile } from "../source/index.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { formatDiagnostic } from "./format-diagnostic.ts";

interface Parts {
  readonly text: string;
  /** What is underlined; its first place in the text. */
  readonly at: string;
  readonly hint?: string;
}

function diagnosticAt({ text, at, hint }: Parts): Diagnostic {
  const source = new SourceFile("library/book.proto", text);
  const start = text.indexOf(at);
  const span = { start, end: start + at.length };
  return { severity: "error", id: "type-unknown", message: "there is no type", path: source.path, source, span, hint };
}

function snippet(parts: Parts): readonly string[] {
  return formatDiagnostic(diagnosticAt(parts)).split("\n").slice(1);
}

describe("a diagnostic as text", () => {
  test("has its place, what it says, its id, the line with the place underlined, and what to do", () => {
    const text = 'syntax = "proto3";\nmessage Book {\n  int pages = 1;\n}\n';
    assert.equal(
      formatDiagnostic(diagnosticAt({ text, at: "int", hint: "did you mean `int32`?" })),
      [
        "library/book.proto:3:3: error: there is no type [type-unknown]",
        " 3 |   int pages = 1;",
        "   |   ^^^",
        "  hint: did you mean `int32`?",
      ].join("\n"),
    );
  });

  test("shows notes at their own places, each with its line", () => {
    const diagnostic = diagnosticAt({ text: "message B {}\n\nmessage B {}", at: "B" });
    const note = {
      message: "first defined here",
      source: new SourceFile("c.proto", "message C {}"),
      span: { start: 8, end: 9 },
    };
    assert.deepEqual(
      formatDiagnostic({ ...diagnostic, notes: [note] })
        .split("\n")
        .slice(3),
      ["c.proto:1:9: note: first defined here", " 1 | message C {}", "   |         ^"],
    );
  });

  test("is a warning where it is one", () => {
    const warning = { ...diagnosticAt({ text: "x", at: "x" }), severity: "warning" as const };
    assert.match(formatDiagnostic(warning), /^library\/book\.proto:1:1: warning: /);
  });

  test("has the path alone where there is no text", () => {
    const whole = { ...diagnosticAt({ text: "x", at: "x" }), source: undefined };
    assert.equal(formatDiagnostic(whole), "library/book.proto: error: there is no type [type-unknown]");
  });

  test("says the path as the user knows it", () => {
    const diagnostic = diagnosticAt({ text: "x", at: "x" });
    const displayPath = (path: string): string => `protos/${path}`;
    assert.match(formatDiagnostic(diagnostic, { displayPath }), /^protos\/library\/book\.proto:1:1: /);
  });

  test("paints what a terminal can show in colours, and adds nothing to the text", () => {
    const diagnostic = diagnosticAt({ text: "a b", at: "b", hint: "c" });
    const painted = formatDiagnostic(diagnostic, { paint: (style, text) => `<${style}>${text}</>` });
    assert.equal(painted.replaceAll(/<[a-z]+>|<\/>/g, ""), formatDiagnostic(diagnostic));
    assert.ok(painted.includes("<error>^</>") && painted.includes("<hint>hint:</>"));
  });
});

describe("a diagnostic for tools", () => {
  const text = "message B {}\n\nmessage  B {}";
  const source = new SourceFile("b.proto", text);
  const diagnostic: Diagnostic = {
    severity: "error",
    id: "name-duplicate",
    message: "`B` is already defined",
    path: "b.proto",
    source,
    span: { start: 23, end: 24 },
    hint: "rename\u001b it",
    notes: [{ message: "first defined here", source, span: { start: 8, end: 9 } }],
  };
  const displayPath = (path: string): string => `x/${path}`;

  test("is a line for the finding, each note and the hint, as GCC writes them", () => {
    assert.equal(
      formatDiagnostic(diagnostic, { format: "gcc", displayPath }),
      [
        "x/b.proto:3:10: error: `B` is already defined [name-duplicate]",
        "x/b.proto:1:9: note: first defined here",
        "x/b.proto:3:10: note: rename\\u{1b} it",
      ].join("\n"),
    );
  });

  test("is the same with protoc's places for Visual Studio", () => {
    assert.equal(
      formatDiagnostic({ ...diagnostic, hint: undefined }, { format: "msvs" }),
      [
        "b.proto(3) : error in column=10: `B` is already defined [name-duplicate]",
        "b.proto(1) : note in column=9: first defined here",
      ].join("\n"),
    );
    const whole = { ...diagnostic, source: undefined, hint: undefined, notes: undefined };
    assert.equal(
      formatDiagnostic(whole, { format: "msvs" }),
      "b.proto : error: `B` is already defined [name-duplicate]",
    );
    assert.equal(formatDiagnostic(whole, { format: "gcc" }), "b.proto: error: `B` is already defined [name-duplicate]");
  });

  test("is an object in one line of JSON, with the ends of places", () => {
    assert.deepEqual(JSON.parse(formatDiagnostic(diagnostic, { format: "json", displayPath })), {
      severity: "error",
      id: "name-duplicate",
      message: "`B` is already defined",
      path: "x/b.proto",
      line: 3,
      column: 10,
      endLine: 3,
      endColumn: 11,
      hint: "rename\u001b it",
      notes: [{ message: "first defined here", path: "x/b.proto", line: 1, column: 9, endLine: 1, endColumn: 10 }],
    });
    const whole = { ...diagnostic, source: undefined, hint: undefined, notes: undefined };
    assert.deepEqual(Object.keys(JSON.parse(formatDiagnostic(whole, { format: "json" }))), [
      "severity",
      "id",
      "message",
      "path",
    ]);
  });
});

describe("the line that is shown", () => {
  test("has its number before it, with room for as many digits as that has", () => {
    assert.deepEqual(snippet({ text: `${"\n".repeat(99)}ab`, at: "b" }), [" 100 | ab", "     |  ^"]);
  });

  test("has tabs as spaces, and the mark below what is meant", () => {
    assert.deepEqual(snippet({ text: "\tint a = 1;", at: "int" }), [" 1 |     int a = 1;", "   |     ^^^"]);
  });

  test("is marked below a character of two UTF-16 units once", () => {
    assert.deepEqual(snippet({ text: '"😀" int', at: "int" }), [' 1 | "😀" int', "   |     ^^^"]);
  });

  test("ends before its line break, however that is written", () => {
    assert.deepEqual(snippet({ text: "ab\r\ncd", at: "ab" }), [" 1 | ab", "   | ^^"]);
  });

  test("is marked to its end where what is meant goes on behind it", () => {
    assert.deepEqual(snippet({ text: "ab\ncd", at: "b\nc" }), [" 1 | ab", "   |  ^"]);
  });

  test("is marked once where nothing is there to mark, as at the end of the text", () => {
    const diagnostic = diagnosticAt({ text: "ab", at: "b" });
    const atEnd = formatDiagnostic({ ...diagnostic, span: { start: 2, end: 2 } });
    assert.deepEqual(atEnd.split("\n").slice(1), [" 1 | ab", "   |   ^"]);
  });

  test("is a part of it where it is very long, with the place in that part", () => {
    const [line = "", mark = ""] = snippet({ text: `${"a ".repeat(100_000)}HERE${" b".repeat(100_000)}`, at: "HERE" });
    assert.ok(line.length < 300, `${line.length} characters are shown`);
    assert.equal(line.slice(mark.indexOf("^"), mark.lastIndexOf("^") + 1), "HERE");
  });

  test("shows what would steer a terminal escaped, and stays on one line", () => {
    const [line = "", mark = ""] = snippet({ text: '"\u001b[31m\u202e" x', at: "x" });
    assert.equal(line, ' 1 | "\\u{1b}[31m\\u{202e}" x');
    assert.equal(line[mark.indexOf("^")], "x");
  });
});
