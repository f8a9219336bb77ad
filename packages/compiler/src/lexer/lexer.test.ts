import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { DiagnosticList } from "../diagnostics/index.ts";
import { SourceFile } from "../source/index.ts";
import { tokenize } from "./lexer.ts";
import { TokenKind, type TokenList } from "./token-list.ts";

const KIND_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(TokenKind).map(([name, kind]) => [kind, name]));

interface Lexed {
  readonly tokens: TokenList;
  /** `Kind text`, without the end. */
  readonly all: readonly string[];
  /** `id text`. */
  readonly found: readonly string[];
}

function lex(text: string): Lexed {
  const diagnostics = new DiagnosticList();
  const tokens = tokenize(new SourceFile("a.proto", text), diagnostics);
  const all = Array.from(
    { length: tokens.count - 1 },
    (_, at) => `${KIND_NAMES.get(tokens.kind(at))} ${tokens.text(at)}`,
  );
  const found = diagnostics.all.map(({ id, span }) => `${id} ${text.slice(span.start, span.end)}`);
  return { tokens, all, found };
}

/** The tokens of a text in which nothing is wrong. */
function tokensOf(text: string): readonly string[] {
  const { all, found } = lex(text);
  assert.deepEqual(found, []);
  return all;
}

describe("tokens", () => {
  test("are names, numbers, strings and symbols", () => {
    assert.deepEqual(tokensOf("_a1 12 1.5 \"b\" 'c' ={"), [
      "Identifier _a1",
      "Integer 12",
      "Float 1.5",
      'String "b"',
      "String 'c'",
      "Symbol =",
      "Symbol {",
    ]);
  });

  test("need no space between them where they differ in kind", () => {
    assert.deepEqual(tokensOf("a=1;b.c"), [
      "Identifier a",
      "Symbol =",
      "Integer 1",
      "Symbol ;",
      "Identifier b",
      "Symbol .",
      "Identifier c",
    ]);
  });

  test("are separated by spaces, tabs, line breaks, form feeds and vertical tabs", () => {
    assert.deepEqual(
      tokensOf(" a\tb\nc\r\nd\fe\vf "),
      "abcdef".split("").map((name) => `Identifier ${name}`),
    );
  });

  test("are all of printable ASCII that is nothing else, one by one", () => {
    for (const symbol of "!#$%&()*+,-.:;<=>?@[\\]^`{|}~") assert.deepEqual(tokensOf(symbol), [`Symbol ${symbol}`]);
  });

  test("end with one that is empty, at the end of the text", () => {
    const { tokens } = lex("ab ");
    assert.equal(tokens.kind(tokens.count - 1), TokenKind.End);
    assert.deepEqual(tokens.span(tokens.count - 1), { start: 3, end: 3 });
    assert.equal(lex("").tokens.count, 1);
  });

  test("know their lines", () => {
    const { tokens } = lex("a\nb\n\nc");
    assert.deepEqual(
      [0, 1, 2].map((token) => tokens.line(token)),
      [0, 1, 3],
    );
  });

  test("may be more than fit the first arrays", () => {
    const { all } = lex("a 1 ".repeat(1000));
    assert.equal(all.length, 2000);
    assert.equal(all.at(-1), "Integer 1");
  });
});

describe("numbers", () => {
  const integers = ["0", "1", "1234567890123456789012345678901234567890", "0x1F", "0XaB", "017", "00"];
  for (const text of integers)
    test(`such as ${text} are integers`, () => assert.deepEqual(tokensOf(text), [`Integer ${text}`]));
  const floats = ["1.5", ".5", "5.", "1e3", "1E+3", "1e-3", "1.5e10", ".5e1", "0.0", "0e0"];
  for (const text of floats)
    test(`such as ${text} are floats`, () => assert.deepEqual(tokensOf(text), [`Float ${text}`]));

  test("have no sign", () => {
    assert.deepEqual(tokensOf("-1 +2"), ["Symbol -", "Integer 1", "Symbol +", "Integer 2"]);
  });

  const broken: readonly (readonly [text: string, found: string])[] = [
    ["= 0x", "number-invalid 0x"],
    ["= 08", "number-invalid 08"],
    ["= 0779", "number-invalid 0779"],
    ["= 1e", "number-invalid e"],
    ["= 1e+", "number-invalid +"],
    ["= 1.2.3", "number-invalid 1.2.3"],
    ["= 0x1.2", "number-invalid 0x1.2"],
    ["= 0x1g", "number-invalid g"],
    ["= 123abc", "number-invalid abc"],
  ];
  for (const [text, found] of broken) {
    test(`such as ${text.slice(2)} are reported once, and are one token that is known to be broken`, () => {
      const { tokens, all, found: reported } = lex(`${text} ;`);
      assert.deepEqual(reported, [found]);
      assert.equal(all.length, 3);
      assert.equal(tokens.isBroken(1), true);
      assert.equal(tokens.isBroken(2), false);
    });
  }
});

describe("comments", () => {
  test("are no tokens", () => {
    assert.deepEqual(tokensOf("a // b\nc /* d */ e /**/ f //"), [
      "Identifier a",
      "Identifier c",
      "Identifier e",
      "Identifier f",
    ]);
  });

  test("of a block end at the first that closes it, on whatever line", () => {
    assert.deepEqual(tokensOf("/* a\n * b\n **/ c"), ["Identifier c"]);
    assert.deepEqual(tokensOf('/* "a */ b'), ["Identifier b"]);
  });

  test("of a line do not go on behind a backslash", () => {
    assert.deepEqual(tokensOf("// a \\\nb"), ["Identifier b"]);
  });

  test("do not start in strings", () => {
    assert.deepEqual(tokensOf('"// a" "/* b"'), ['String "// a"', 'String "/* b"']);
  });

  test("may have anything in them but NUL, which protoc takes for the end of the text", () => {
    assert.deepEqual(tokensOf("// ä \u0001 \u201c '\n/* \u007f \ufeff \" */"), []);
    assert.deepEqual(lex("// a\u0000\u0000\nb /* \u0000 */ c").found, [
      "character-invalid \u0000",
      "character-invalid \u0000",
    ]);
  });

  test("of a block that is not closed are reported where they start", () => {
    const { all, found } = lex("a /* b\nc");
    assert.deepEqual(found, ["comment-unterminated /*"]);
    assert.deepEqual(all, ["Identifier a"]);
  });

  test("of a block do not nest", () => {
    assert.deepEqual(lex("/* a /* b */ c").found, ["comment-nested /*"]);
    assert.deepEqual(lex("/*/ a */").found, []);
  });
});

describe("the text", () => {
  test("may start with a byte order mark, and have none elsewhere", () => {
    assert.deepEqual(tokensOf("\ufeffa"), ["Identifier a"]);
    assert.deepEqual(lex("a \ufeff b").found, ["character-invalid \ufeff"]);
  });

  test("has a run of characters that mean nothing reported once", () => {
    const { all, found } = lex("a \u0000\u0001\u0002 b \u00a0 c");
    assert.deepEqual(found, ["character-invalid \u0000\u0001\u0002", "character-invalid \u00a0"]);
    assert.deepEqual(all, ["Identifier a", "Identifier b", "Identifier c"]);
  });

  test("has a name with foreign letters as one name, and says how it might be written", () => {
    const diagnostics = new DiagnosticList();
    const tokens = tokenize(new SourceFile("a.proto", "message Bücher {"), diagnostics);
    assert.equal(tokens.text(1), "Bücher");
    assert.deepEqual(
      diagnostics.all.map(({ id, hint }) => [id, hint]),
      [["name-invalid", "write `Bucher`"]],
    );
  });

  test("has typographic quotes as a string, with what to write", () => {
    for (const text of ["\u201ca b\u201d", "\u2018a b\u2019", "\u201ea b\u201c", "\u00aba b\u00bb"]) {
      const { all, found } = lex(`import ${text};`);
      assert.deepEqual(found, [`smart-quotes ${text}`]);
      assert.deepEqual(all, ["Identifier import", `String ${text}`, "Symbol ;"]);
    }
  });

  test("is covered by tokens, white space and what is reported, whatever is in it", () => {
    const piece = fc.constantFrom(
      "a",
      "1",
      "0x",
      ".",
      "e",
      '"',
      "'",
      "\\",
      "//",
      "/*",
      "*/",
      "\n",
      " ",
      "ä",
      "\u201c",
      "\u0000",
      "\ud800",
      "=",
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 30 }),
        (pieces) => {
          const text = pieces.join("");
          const { tokens, found } = lex(text);
          let end = 0;
          for (let token = 0; token < tokens.count; token++) {
            assert.ok(tokens.start(token) >= end && tokens.end(token) >= tokens.start(token), "tokens overlap");
            const between = text.slice(end, tokens.start(token)).replace(/^\ufeff/, "");
            const isComment = between.includes("//") || between.includes("/*");
            assert.ok(/^[\s\v]*$/.test(between) || isComment || found.length > 0, `${JSON.stringify(between)} is lost`);
            end = tokens.end(token);
          }
          assert.equal(end, text.length);
        },
      ),
    );
  });
});
