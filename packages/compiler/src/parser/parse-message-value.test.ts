import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FieldValue, MessageValueNode } from "../ast/index.ts";
import { DiagnosticList } from "../diagnostics/index.ts";
import { tokenize } from "../lexer/index.ts";
import { SourceFile } from "../source/index.ts";
import { parse } from "./parse-file.ts";

interface Parsed {
  /** The value, printed with one notation for all: fields with colons, lists in brackets. */
  readonly value: string;
  /** `id text` of what is found. */
  readonly found: readonly string[];
  /** Whether the message behind the option is there. */
  readonly isBehindThere: boolean;
}

/** Parses an option with a value, and a message behind it. */
function parseValue(value: string): Parsed {
  const text = `syntax = "proto3";\noption (o) = ${value};\nmessage Behind { int32 a = 1; }\n`;
  const diagnostics = new DiagnosticList();
  const { body } = parse(tokenize(new SourceFile("a.proto", text), diagnostics), diagnostics);
  const option = body.find((element) => element.kind === "option");
  return {
    value: option?.value.kind === "message" ? print(option.value) : "",
    found: diagnostics.all.map(({ id, span }) => `${id} ${text.slice(span.start, span.end)}`),
    isBehindThere: body.some((element) => element.kind === "message" && element.name.text === "Behind"),
  };
}

function print(value: FieldValue): string {
  switch (value.kind) {
    case "message":
      return printMessage(value);
    case "list":
      return `[${value.values.map((one) => print(one)).join(" ")}]`;
    case "string":
      return JSON.stringify(value.text);
    case "identifier":
      return `${value.negative ? "-" : ""}${value.text}`;
    default:
      return String(value.value);
  }
}

function printMessage({ fields, problem }: MessageValueNode): string {
  const inner = fields.map(({ name, value }) => {
    const text = name.urlPrefix === "" ? name.text : `${name.urlPrefix}/${name.text}`;
    return `${name.kind === "field" ? text : `[${text}]`}:${print(value)}`;
  });
  return `{${[...inner, ...(problem === undefined ? [] : [`!${problem}`])].join(" ")}}`;
}

/** The value where nothing is wrong with it. */
function read(text: string): string {
  const { value, found, isBehindThere } = parseValue(text);
  assert.deepEqual(found, []);
  assert.equal(isBehindThere, true);
  return value;
}

describe("a message literal", () => {
  const good: readonly (readonly [text: string, value: string])[] = [
    ["{}", "{}"],
    ["{ a: 1 b: 2 }", "{a:1 b:2}"],
    ["{ a: 1, b: 2; c: 3, }", "{a:1 b:2 c:3}"],
    ["{ a: -1 b: - 2 c: 0x10 d: 010 e: 1.5 f: .5 g: -inf h: nan }", "{a:-1 b:-2 c:16 d:8 e:1.5 f:0.5 g:-inf h:nan}"],
    ["{ a: TRUE b: NAME }", "{a:TRUE b:NAME}"],
    ["{ a: \"b\" 'c' }", '{a:"bc"}'],
    ["{ a { b { c: 1 } } }", "{a:{b:{c:1}}}"],
    ["{ a: { b: 1 } }", "{a:{b:1}}"],
    ["{ a < b: 1 > c: < d: 2 > }", "{a:{b:1} c:{d:2}}"],
    ["{ a: [1, 2] b: [] }", "{a:[1 2] b:[]}"],
    ["{ a [{ b: 1 }, < b: 2 >] }", "{a:[{b:1} {b:2}]}"],
    ["{ [a.b]: 1 [a.c] { d: 2 } }", "{[a.b]:1 [a.c]:{d:2}}"],
    ["{ [type.googleapis.com/a.B] { c: 1 } }", "{[type.googleapis.com/a.B]:{c:1}}"],
    ["{ option: 1 message: 2 to: 3 }", "{option:1 message:2 to:3}"],
    ["{ # a comment ]\n a: 1 # another\n }", "{a:1}"],
    ['{ a: "b" # between\n "c" }', '{a:"bc"}'],
    ["{ a: [1, # one\n 2] /* b: 3 */ // c: 4\n }", "{a:[1 2]}"],
    ["{ [\na.\nb.c]: 1 [a.b/\nc.D] { d: [\nE] } }", "{[a.b.c]:1 [a.b/c.D]:{d:[E]}}"],
    ["{ a:\n  NAME b: 1 }", "{a:NAME b:1}"],
  ];
  for (const [text, value] of good) test(`${text} is ${value}`, () => assert.equal(read(text), value));

  test("is refused where a # hides a brace from it, but not the one that closes that", () => {
    for (const value of ["{ # x {\n a: 1 }\n }", "{ a: 1 # {\n }\n }"]) {
      const { found, isBehindThere } = parseValue(value);
      assert.deepEqual(found, ["syntax }"]);
      assert.equal(isBehindThere, true);
    }
    assert.deepEqual(parseValue("{ a { # { }\n b: 1 } }").found, []);
  });

  test("ends at the brace that closes it, even behind a # as protoc sees it", () => {
    assert.equal(read("{ a: 1 # }"), "{a:1}");
  });

  test("may have 100 messages in each other, and no more", () => {
    assert.ok(read(`${"{a:".repeat(99)}{}${"}".repeat(99)}`).startsWith("{a:{a:"));
    const { found, isBehindThere } = parseValue(`${"{a:".repeat(100)}{}${"}".repeat(100)}`);
    assert.deepEqual(found, ["nesting-too-deep {"]);
    assert.equal(isBehindThere, true);
  });
});

describe("a slip in a message literal is found once, and the rest is read", () => {
  const slips: readonly (readonly [text: string, value: string, ...found: readonly string[]])[] = [
    ["{ a 1 b: 2 }", "{!broken}", "syntax 1"],
    ["{ a 1\n b: 2 }", "{b:2 !broken}", "syntax 1"],
    ['{ a "1"\n b: 2\n c 3\n d: 4 }', "{b:2 d:4 !broken}", 'syntax "1"', "syntax 3"],
    ["{ a: , b: 2 }", "{b:2 !broken}", "syntax ,"],
    ["{ a: }", "{!broken}", "syntax }"],
    ["{ : 1, b: 2 }", "{b:2 !broken}", "syntax :"],
    ["{ a: 1,, b: 2 }", "{a:1 b:2 !broken}", "syntax ,"],
    ["{ a = 1, b: 2 }", "{b:2 !broken}", "syntax ="],
    ['{ "a": 1, b: 2 }', "{b:2 !broken}", 'syntax "a"'],
    ["{ a: [1 2], b: 2 }", "{b:2 !broken}", "syntax 2"],
    ["{ a: [1, ], b: 2 }", "{b:2 !broken}", "syntax ]"],
    ["{ a { b 1 } c: 2 }", "{a:{!broken} c:2}", "syntax 1"],
    ["{ a < b: 1 } ", "{a:{b:1}}", "syntax }"],
    ["{ [a.b: 1, c: 2 }", "{c:2 !broken}", "syntax :"],
    ["{ a { b 1 }\n c { d 2 }\n e: 3 }", "{a:{!broken} c:{!broken} e:3}", "syntax 1", "syntax 2"],
  ];
  for (const [text, value, ...expected] of slips) {
    test(text, () => assert.deepEqual(parseValue(text), { value, found: expected, isBehindThere: true }));
  }
});

describe("a message literal that is not closed", () => {
  test("ends where a line cannot be part of it", () => {
    for (const line of ["option (p) = 1;", "string title = 1;", "a.B title = 1;", "rpc Find(A) returns (B);"]) {
      const { found } = parseValue(`{ a: 1\n${line} }`);
      assert.equal(found[0], "brace-missing {", line);
    }
    assert.deepEqual(parseValue("{ a: 1\n"), { value: "{!unclosed}", found: ["brace-missing {"], isBehindThere: true });
    assert.deepEqual(parseValue("{ a { b: 1 }"), {
      value: "{!unclosed}",
      found: ["brace-missing {"],
      isBehindThere: true,
    });
  });

  test("ends at the bracket of the options that it stands in", () => {
    const text = "message A { int32 a = 1 [(o) = { b: 1, deprecated = true]; int32 b = 2 [(o) = { c 1 }]; }";
    const diagnostics = new DiagnosticList();
    parse(tokenize(new SourceFile("a.proto", text), diagnostics), diagnostics);
    assert.deepEqual(
      diagnostics.all.map(({ id, span }) => `${id} ${text.slice(span.start, span.end)}`),
      ["brace-missing {", "syntax 1"],
    );
  });

  test("is reported once, however many braces are missing", () => {
    assert.deepEqual(parseValue("{a:".repeat(50_000)).found, ["brace-missing {"]);
    assert.deepEqual(parseValue(`{${"a: [{ ".repeat(50_000)}`).found, ["brace-missing {"]);
  });
});
