import { readFileSync } from "node:fs";

/** What protoc's own tests call with a .proto file, that is wrong or right. */
const CALLS = /\b(?:ExpectHas\w+|ExpectParsesTo|SetupParser|ParseAndBuildFile\w*)\(/g;
const SPACE = /(?:\s|\/\/[^\n]*\n)*/y;
const LITERAL = /"((?:\\[\s\S]|[^"\\\n])*)"|R"([^(\s]*)\(([\s\S]*?)\)\2"/y;
const ESCAPE = /\\(x[0-9a-fA-F]+|[0-7]{1,3}|[\s\S])/g;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v" };

/** The .proto files in a test of protoc, which is written in C++: the first text that each call of its helpers has. */
export function readUnitTestTexts(path: string): readonly string[] {
  const source = readFileSync(path, "utf8");
  return [...source.matchAll(CALLS)].flatMap((call) => {
    const text = readLiterals(source, call.index + call[0].length);
    return text === "" ? [] : [text];
  });
}

/** The text of the literals that stand side by side at `start`; nothing where there is none. */
function readLiterals(source: string, start: number): string {
  let text = "";
  for (let at = start; ; at = LITERAL.lastIndex) {
    SPACE.lastIndex = at;
    SPACE.exec(source);
    LITERAL.lastIndex = SPACE.lastIndex;
    const literal = LITERAL.exec(source);
    if (literal === null) return text;
    text += literal[3] ?? (literal[1] ?? "").replaceAll(ESCAPE, (_, letters: string) => readEscape(letters));
  }
}

function readEscape(letters: string): string {
  if (letters.startsWith("x") && letters.length > 1) return String.fromCharCode(Number.parseInt(letters.slice(1), 16));
  if (/^[0-7]/.test(letters)) return String.fromCharCode(Number.parseInt(letters, 8));
  return ESCAPES[letters] ?? letters;
}
