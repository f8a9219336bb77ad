import type {
  EmptyNode,
  FileElement,
  FileNode,
  ImportNode,
  NameNode,
  PackageNode,
  StringNode,
  SyntaxNode,
} from "../ast/index.ts";
import { type DiagnosticList, nearest } from "../diagnostics/index.ts";
import { Character, TokenKind, type TokenList } from "../lexer/index.ts";
import { Cursor } from "./cursor.ts";
import { isMiscased } from "./miscased-keyword.ts";
import { parseEnum } from "./parse-enum.ts";
import { isScalarWord } from "./parse-field.ts";
import { parseExtend, parseMessage } from "./parse-message.ts";
import { parseKeyword, parseQualifiedName, parseString } from "./parse-name.ts";
import { isOptionWithoutKeyword, parseOptionStatement } from "./parse-option.ts";
import { parseService } from "./parse-service.ts";

/** protoc's limits. */
const MAX_PACKAGE_LENGTH = 511;
const MAX_PACKAGE_PARTS = 101;
const DECLARATIONS = ["message", "enum", "service", "extend", "import", "package", "option"] as const;
type Declaration = (typeof DECLARATIONS)[number];

const MODIFIERS = ["public", "weak", "option"] as const;
const A_DECLARATION = "a declaration such as `message`, `enum` or `service`";
/** What stands in messages and services only. */
const MEMBER_WORDS: ReadonlySet<string> = new Set(["optional", "required", "repeated", "rpc", "oneof", "map"]);

/** Words of other languages, and what protobuf calls it. */
const SLIPS: ReadonlyMap<string, Declaration> = new Map([
  ["struct", "message"],
  ["class", "message"],
  ["interface", "message"],
  ["record", "message"],
  ["include", "import"],
  ["require", "import"],
  ["using", "import"],
  ["namespace", "package"],
  ["options", "option"],
  ["extends", "extend"],
]);

/** Reads a file's tokens into a tree. Never throws: it reports, and makes of the file what can be made of it. */
export function parse(tokens: TokenList, diagnostics: DiagnosticList): FileNode {
  const cursor = new Cursor(tokens, diagnostics);
  let isForeign = cursor.skipForeignLine();
  while (isForeign) isForeign = cursor.skipForeignLine();
  let syntax = isSyntax(cursor) ? parseSyntax(cursor) : undefined;
  const body: FileElement[] = [];
  // Behind a brace too many, what was meant to be in a message stands outside of it: that is reported once.
  let isOutside = false;
  while (!cursor.atEnd) {
    const before = cursor.index;
    if (cursor.skipForeignLine()) continue;
    if (isSyntax(cursor)) {
      cursor.report("syntax-not-first", `\`${cursor.text}\` must be the first statement of a file, and the only one`, {
        hint: syntax === undefined ? "move it to the top" : "remove it",
      });
      // Whatever its place, it says what the file is written in.
      const late = parseSyntax(cursor);
      syntax ??= late;
      continue;
    }
    if (cursor.takeSymbol(Character.Semicolon)) {
      body.push({ kind: "empty", first: before, last: before });
      continue;
    }
    if (cursor.isSymbol(Character.CloseBrace)) {
      const hint = "there is one brace too many, here or above";
      if (!isOutside) cursor.report("brace-unmatched", "`}` closes nothing", { hint });
      isOutside = false;
      cursor.advance();
      continue;
    }
    if (startsMember(cursor)) {
      if (!isOutside) reportMember(cursor);
      isOutside = true;
      cursor.skipStatement();
      continue;
    }
    const element = parseFileElement(cursor);
    if (element !== undefined) body.push(element);
    else cursor.skipStatement(before);
    if (cursor.index === before) cursor.advance();
  }
  return { syntax, body, complete: cursor.complete, first: 0, last: Math.max(0, tokens.count - 2) };
}

/** Whether a statement such as `syntax = "proto3";` is next, its keyword written right or nearly so. */
function isSyntax(cursor: Cursor): boolean {
  const word = cursor.wordAhead(0);
  if (word === "syntax" || word === "edition") return true;
  return word !== "" && cursor.isSymbolAhead(1, Character.Equals) && nearest(word, ["syntax", "edition"]) !== undefined;
}

function parseSyntax(cursor: Cursor): SyntaxNode | undefined {
  const word = cursor.text;
  const meant = nearest(word, ["syntax", "edition"]) === "edition" || word === "edition" ? "edition" : "syntax";
  if (word !== meant) cursor.unexpected(`\`${meant}\``, { hint: `did you mean \`${meant}\`?` });
  const first = cursor.advance();
  const example = meant === "syntax" ? 'syntax = "proto3";' : 'edition = "2023";';
  const isRead =
    cursor.expectSymbol(Character.Equals, `behind \`${meant}\`, as in \`${example}\``) ||
    cursor.takeSymbol(Character.Colon) ||
    cursor.kind === TokenKind.String;
  const value = isRead ? parseSyntaxValue(cursor, `a string, as in \`${example}\``) : undefined;
  if (value === undefined) {
    cursor.skipStatement();
    return undefined;
  }
  cursor.endStatement(`the ${meant}`);
  return { kind: "syntax", keyword: meant, value, first, last: cursor.previous };
}

/** Reads the string that names the language; without its quotes it is reported, and read all the same. */
function parseSyntaxValue(cursor: Cursor, what: string): StringNode | undefined {
  const isPlain = cursor.kind === TokenKind.Identifier || cursor.kind === TokenKind.Integer;
  if (!isPlain) return parseString(cursor, what);
  const { text } = cursor;
  cursor.report("string-unquoted", `\`${text}\` stands in quotes here`, { hint: `write "${text}"` });
  const token = cursor.advance();
  return { text, bytes: undefined, first: token, last: token };
}

function parseFileElement(cursor: Cursor): FileElement | undefined {
  const word = cursor.kind === TokenKind.Identifier ? cursor.text : "";
  if (word === "export" || word === "local") {
    const visibility = parseKeyword(cursor, "export", "local");
    if (cursor.isWord("message")) return parseMessage(cursor, visibility);
    if (cursor.isWord("enum")) return parseEnum(cursor, visibility);
    const hint =
      cursor.isWord("service") || cursor.isWord("extend") ? `remove \`${word}\`: it is seen everywhere` : undefined;
    cursor.unexpected(`\`message\` or \`enum\` behind \`${word}\``, { hint });
    return undefined;
  }
  const declaration = DECLARATIONS.find((candidate) => candidate === word);
  if (declaration !== undefined) return parseDeclaration(cursor, declaration);
  return parseUnknown(cursor, word);
}

function parseDeclaration(cursor: Cursor, declaration: Declaration): FileElement | undefined {
  switch (declaration) {
    case "message":
      return parseMessage(cursor, undefined);
    case "enum":
      return parseEnum(cursor, undefined);
    case "service":
      return parseService(cursor);
    case "extend":
      return parseExtend(cursor);
    case "import":
      return parseImport(cursor);
    case "package":
      return parsePackage(cursor);
    case "option":
      return parseOptionStatement(cursor, true);
  }
}

/** Whether something that belongs in a message or a service is next: `string title = 1;`, `rpc ...` */
function startsMember(cursor: Cursor): boolean {
  const word = cursor.wordAhead(0);
  if (MEMBER_WORDS.has(word) || isScalarWord(word)) return true;
  if (word === "" || DECLARATIONS.some((declaration) => declaration === word)) return false;
  if (isMiscased(cursor, "option")) return false;
  return cursor.wordAhead(1) !== "" && cursor.isSymbolAhead(2, Character.Equals);
}

function reportMember(cursor: Cursor): void {
  const what = MEMBER_WORDS.has(cursor.text) ? `\`${cursor.text}\`` : "a field";
  cursor.unexpected(A_DECLARATION, { hint: `${what} belongs in ${cursor.isWord("rpc") ? "a service" : "a message"}` });
}

/** Reports a word that starts no declaration; where it is one with a slip in it, reads it as that. */
function parseUnknown(cursor: Cursor, word: string): FileElement | undefined {
  if (isOptionWithoutKeyword(cursor)) return parseOptionStatement(cursor);
  const near = word === "" ? undefined : (SLIPS.get(word) ?? nearest(word, DECLARATIONS));
  cursor.unexpected(A_DECLARATION, { hint: near === undefined ? undefined : `did you mean \`${near}\`?` });
  const declaration = DECLARATIONS.find((candidate) => candidate === near);
  return declaration === undefined ? undefined : parseDeclaration(cursor, declaration);
}

function parseImport(cursor: Cursor): ImportNode | undefined {
  const first = cursor.advance();
  const modifier = parseKeyword(cursor, ...MODIFIERS) ?? parseMisspeltModifier(cursor);
  const path = parseImportPath(cursor);
  if (path === undefined) return undefined;
  if (cursor.isWord("as")) {
    const hint = "an import gets no name: what is in it goes by its package, as in `package.Type`";
    cursor.unexpected("`;` behind an import", { hint });
  }
  cursor.endStatement("an import");
  return { kind: "import", modifier, path, first, last: cursor.previous };
}

/** Reads a word before the path of an import that is nearly one of those that may stand there. */
function parseMisspeltModifier(cursor: Cursor): ImportNode["modifier"] {
  const meant = nearest(cursor.wordAhead(0), MODIFIERS);
  if (meant === undefined || cursor.tokens.kind(cursor.index + 1) !== TokenKind.String) return undefined;
  cursor.unexpected("the path of the file to import, in quotes", { hint: `did you mean \`${meant}\`?` });
  const token = cursor.advance();
  return { text: meant as (typeof MODIFIERS)[number], first: token, last: token };
}

/** Reads the path of an import; without its quotes, or in others, it is reported, and read all the same. */
function parseImportPath(cursor: Cursor): StringNode | undefined {
  const what = "the path of the file to import, in quotes";
  if (cursor.isSymbol(Character.OpenBrace)) skipImportedNames(cursor, what);
  if (cursor.kind !== TokenKind.Identifier && !cursor.isSymbol(Character.Less)) return parseString(cursor, what);
  const first = cursor.advance();
  const text = cursor
    .takeAdjacent(first, () => !cursor.isSymbol(Character.Semicolon))
    .replace(/^</, "")
    .replace(/>$/, "");
  cursor.report(
    "string-unquoted",
    `the path of an import stands in quotes`,
    { hint: `write "${text}"` },
    first,
    cursor.previous,
  );
  return { text, bytes: undefined, first, last: cursor.previous };
}

/** `import { Book } from "library.proto";`, as other languages have it. */
function skipImportedNames(cursor: Cursor, what: string): void {
  cursor.unexpected(what, { hint: "a file is imported with all that is in it: write its path alone" });
  cursor.advance();
  while (cursor.kind === TokenKind.Identifier || cursor.isSymbol(Character.Comma)) cursor.advance();
  if (cursor.takeSymbol(Character.CloseBrace)) cursor.takeWord("from");
}

/** `package "library";`: a name in quotes. */
function parseQuotedPackage(cursor: Cursor): NameNode | undefined {
  const text = cursor.kind === TokenKind.String ? /^["']([A-Za-z_][\w.]*)["']$/.exec(cursor.text)?.[1] : undefined;
  if (text === undefined) return undefined;
  cursor.report("name-invalid", "a name has no quotes", { hint: `write \`package ${text};\`` });
  const token = cursor.advance();
  return { text, first: token, last: token };
}

function parsePackage(cursor: Cursor): PackageNode | EmptyNode | undefined {
  const first = cursor.advance();
  const name = parseQuotedPackage(cursor) ?? parseQualifiedName(cursor, "the package's name", false);
  if (name === undefined) return undefined;
  cursor.endStatement("the package");
  const isTooDeep = name.text.split(".").length > MAX_PACKAGE_PARTS;
  if (!isTooDeep && name.text.length <= MAX_PACKAGE_LENGTH)
    return { kind: "package", name, first, last: cursor.previous };
  const limit = isTooDeep ? `${MAX_PACKAGE_PARTS} parts` : `${MAX_PACKAGE_LENGTH} characters`;
  cursor.report(
    isTooDeep ? "nesting-too-deep" : "name-invalid",
    `a package's name has at most ${limit}`,
    {},
    name.first,
    name.last,
  );
  cursor.complete = false;
  return { kind: "empty", first, last: cursor.previous };
}
