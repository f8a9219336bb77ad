import type { FileElement, FileNode, ImportNode, PackageNode, SyntaxNode } from "../ast/index.ts";
import { type DiagnosticList, nearest } from "../diagnostics/index.ts";
import { Character, TokenKind, type TokenList } from "../lexer/index.ts";
import { Cursor } from "./cursor.ts";
import { parseEnum } from "./parse-enum.ts";
import { parseExtend, parseMessage } from "./parse-message.ts";
import { parseKeyword, parseQualifiedName, parseString } from "./parse-name.ts";
import { parseOptionStatement } from "./parse-option.ts";
import { parseService } from "./parse-service.ts";

const DECLARATIONS = ["message", "enum", "service", "extend", "import", "package", "option"] as const;
type Declaration = (typeof DECLARATIONS)[number];

/** Reads a file's tokens into a tree. Never throws: it reports, and makes of the file what can be made of it. */
export function parse(tokens: TokenList, diagnostics: DiagnosticList): FileNode {
  const cursor = new Cursor(tokens, diagnostics);
  const syntax = cursor.isWord("syntax") || cursor.isWord("edition") ? parseSyntax(cursor) : undefined;
  const body: FileElement[] = [];
  while (!cursor.atEnd) {
    const before = cursor.index;
    if (cursor.takeSymbol(Character.Semicolon)) {
      body.push({ kind: "empty", first: before, last: before });
      continue;
    }
    if (cursor.isSymbol(Character.CloseBrace)) {
      cursor.report("brace-unmatched", "`}` closes nothing", { hint: "there is one brace too many, here or above" });
      cursor.advance();
      continue;
    }
    const element = parseFileElement(cursor);
    if (element !== undefined) body.push(element);
    else cursor.skipStatement();
    if (cursor.index === before) cursor.advance();
  }
  return { syntax, body, complete: cursor.complete, first: 0, last: Math.max(0, tokens.count - 2) };
}

function parseSyntax(cursor: Cursor): SyntaxNode | undefined {
  const keyword = parseKeyword(cursor, "syntax", "edition");
  if (keyword === undefined) return undefined;
  const example = keyword.text === "syntax" ? 'syntax = "proto3";' : 'edition = "2023";';
  const isRead = cursor.expectSymbol(Character.Equals, `behind \`${keyword.text}\`, as in \`${example}\``);
  const value = isRead ? parseString(cursor, `a string, as in \`${example}\``) : undefined;
  if (value === undefined) {
    cursor.skipStatement();
    return undefined;
  }
  cursor.endStatement(`the ${keyword.text}`);
  return { kind: "syntax", keyword: keyword.text, value, first: keyword.first, last: cursor.previous };
}

function parseFileElement(cursor: Cursor): FileElement | undefined {
  const word = cursor.kind === TokenKind.Identifier ? cursor.text : "";
  if (word === "export" || word === "local") {
    const visibility = parseKeyword(cursor, "export", "local");
    if (cursor.isWord("message")) return parseMessage(cursor, visibility);
    if (cursor.isWord("enum")) return parseEnum(cursor, visibility);
    cursor.unexpected(`\`message\` or \`enum\` behind \`${word}\``);
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
      return parseOptionStatement(cursor);
  }
}

/** Reports a word that starts no declaration; where it is one with a slip in it, reads it as that. */
function parseUnknown(cursor: Cursor, word: string): FileElement | undefined {
  if (word === "syntax" || word === "edition") {
    cursor.report("syntax-not-first", `\`${word}\` must be the first statement of a file, and the only one`);
    return undefined;
  }
  const near = word === "" ? undefined : nearest(word, DECLARATIONS);
  const isField = ["optional", "required", "repeated", "rpc", "oneof", "map"].includes(word);
  const place = word === "rpc" ? "a service" : "a message";
  cursor.unexpected("a declaration such as `message`, `enum` or `service`", {
    hint: near !== undefined ? `did you mean \`${near}\`?` : isField ? `\`${word}\` belongs in ${place}` : undefined,
  });
  const declaration = DECLARATIONS.find((candidate) => candidate === near);
  return declaration === undefined ? undefined : parseDeclaration(cursor, declaration);
}

function parseImport(cursor: Cursor): ImportNode | undefined {
  const first = cursor.advance();
  const modifier = parseKeyword(cursor, "public", "weak", "option");
  const path = parseString(cursor, "the path of the file to import, in quotes");
  if (path === undefined) return undefined;
  cursor.endStatement("an import");
  return { kind: "import", modifier, path, first, last: cursor.previous };
}

function parsePackage(cursor: Cursor): PackageNode | undefined {
  const first = cursor.advance();
  const name = parseQualifiedName(cursor, "the package's name", false);
  if (name === undefined) return undefined;
  cursor.endStatement("the package");
  return { kind: "package", name, first, last: cursor.previous };
}
