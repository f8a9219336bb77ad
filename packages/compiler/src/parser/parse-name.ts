import type { IntegerNode, NamedTypeNode, NameNode, StringNode } from "../ast/index.ts";
import { Character, readInteger, readStringLiteral, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";

/** Reads a name without dots. */
export function parseIdentifier(cursor: Cursor, what: string): NameNode | undefined {
  if (cursor.kind !== TokenKind.Identifier) {
    cursor.unexpected(what);
    return undefined;
  }
  const first = cursor.advance();
  const text = cursor.tokens.text(first);
  return cursor.isSymbol(Character.Minus) && cursor.isAdjacent()
    ? parseHyphenated(cursor, first)
    : { text, first, last: first };
}

/** `sub-title` was meant to be one name: reports it, and reads it as `sub_title`. */
function parseHyphenated(cursor: Cursor, first: number): NameNode {
  const written = cursor.takeAdjacent(first, () => {
    const isPart = cursor.kind === TokenKind.Identifier || cursor.kind === TokenKind.Integer;
    return isPart || (cursor.isSymbol(Character.Minus) && cursor.isAdjacent(1));
  });
  const text = written.replaceAll("-", "_");
  if (text !== written) {
    const message = `\`${written}\` is no name: a name has letters, digits and \`_\``;
    cursor.report("name-invalid", message, { hint: `write \`${text}\`` }, first, cursor.previous);
  }
  return { text, first, last: cursor.previous };
}

/** Reads a keyword as a node, or nothing where it is not next. */
export function parseKeyword<Word extends string>(
  cursor: Cursor,
  ...words: readonly Word[]
): (NameNode & { readonly text: Word }) | undefined {
  if (cursor.kind !== TokenKind.Identifier) return undefined;
  const word = words.find((candidate) => candidate === cursor.text);
  if (word === undefined) return undefined;
  const token = cursor.advance();
  return { text: word, first: token, last: token };
}

/** Reads `a.b.c`; with `mayBeAbsolute` also `.a.b.c`. */
export function parseQualifiedName(cursor: Cursor, what: string, mayBeAbsolute: boolean): NameNode | undefined {
  const first = cursor.index;
  let text = "";
  let hasColons = false;
  if (mayBeAbsolute && cursor.takeSymbol(Character.Dot)) text = ".";
  for (;;) {
    const part = parseIdentifier(cursor, text === "" ? what : "a name behind `.`");
    if (part === undefined) return undefined;
    text += part.text;
    if (takeColons(cursor, hasColons)) hasColons = true;
    else if (!cursor.takeSymbol(Character.Dot)) return nameOf(cursor, text, first);
    text += ".";
  }
}

function nameOf(cursor: Cursor, text: string, first: number): NameNode {
  const last = cursor.previous;
  // A slice of the source takes less memory than what was joined of its parts, but it may have spaces or slips in it.
  const written = cursor.textOf(first, last);
  return { text: written === text ? written : text, first, last };
}

/** `library::Book`, as other languages join the parts of a name: reported once a name. */
function takeColons(cursor: Cursor, isReported: boolean): boolean {
  const isJoint = cursor.isSymbol(Character.Colon) && cursor.isSymbolAhead(1, Character.Colon);
  if (!isJoint || cursor.wordAhead(2) === "") return false;
  const message = "the parts of a name are joined by `.`, not by `::`";
  const hint = "write `.` in place of each";
  if (!isReported) cursor.report("name-invalid", message, { hint }, cursor.index, cursor.index + 1);
  cursor.index += 2;
  return true;
}

/** Reads the name of a type, scalar or not. */
export function parseTypeName(cursor: Cursor, what: string): NamedTypeNode | undefined {
  const name = parseQualifiedName(cursor, what, true);
  return name === undefined ? undefined : { kind: "named", text: name.text, first: name.first, last: name.last };
}

/** Reads one or more adjacent string literals as one. */
export function parseString(cursor: Cursor, what: string): StringNode | undefined {
  if (cursor.kind !== TokenKind.String) {
    cursor.unexpected(what);
    return undefined;
  }
  const first = cursor.index;
  const literals: string[] = [];
  while (cursor.kind === TokenKind.String) {
    literals.push(cursor.tokens.rawText(cursor.index));
    cursor.advance();
  }
  const { text, bytes } = readStringLiteral(literals);
  return { text, bytes, first, last: cursor.previous };
}

/** Reads an integer, with a minus before it where `mayBeNegative`. Nothing is said where there is none. */
export function parseInteger(cursor: Cursor, mayBeNegative = false): IntegerNode | undefined {
  const first = cursor.index;
  const isNegative = mayBeNegative && cursor.isSymbol(Character.Minus);
  if (isNegative) cursor.advance();
  if (cursor.kind !== TokenKind.Integer) {
    cursor.index = first;
    return undefined;
  }
  const magnitude = readInteger(cursor.text);
  const last = cursor.advance();
  if (cursor.tokens.isBroken(last)) return { value: 0n, problem: "unreadable", first, last };
  return { value: isNegative ? -magnitude : magnitude, first, last };
}
