import type {
  FieldValue,
  FieldValueNameNode,
  FieldValueNode,
  ListValueNode,
  MessageValueNode,
  ScalarValueNode,
} from "../ast/index.ts";
import { Character, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { parseQualifiedName } from "./parse-name.ts";
import { parseScalarValue } from "./parse-value.ts";

/** Deeper nesting is no option that a person wrote, and would exhaust the stack. */
const MAX_DEPTH = 200;

/** Reads a message in text format, its braces (or, inside another, angle brackets) included. */
export function parseMessageValue(cursor: Cursor, depth = 0): MessageValueNode | undefined {
  const first = cursor.index;
  if (depth > MAX_DEPTH) {
    cursor.report("nesting-too-deep", `messages nest more than ${MAX_DEPTH} deep in an option's value`);
    return undefined;
  }
  const close = cursor.isSymbol(Character.Less) ? Character.Greater : Character.CloseBrace;
  cursor.advance();
  const fields: FieldValueNode[] = [];
  for (;;) {
    skipComment(cursor);
    if (cursor.takeSymbol(close)) break;
    if (cursor.atEnd) {
      cursor.report(
        "brace-missing",
        "a message value is not closed",
        { hint: `it was opened by \`${cursor.tokens.text(first)}\` here` },
        first,
      );
      return undefined;
    }
    const field = parseFieldValue(cursor, depth);
    if (field === undefined) return undefined;
    fields.push(field);
    skipComment(cursor);
    if (!cursor.takeSymbol(Character.Comma)) cursor.takeSymbol(Character.Semicolon);
  }
  return { kind: "message", fields, first, last: cursor.previous };
}

function parseFieldValue(cursor: Cursor, depth: number): FieldValueNode | undefined {
  const name = parseFieldValueName(cursor);
  if (name === undefined) return undefined;
  skipComment(cursor);
  const hasColon = cursor.takeSymbol(Character.Colon);
  skipComment(cursor);
  const opensMessage = isOpening(cursor);
  if (!hasColon && !opensMessage && !(name.kind !== "any" && cursor.isSymbol(Character.OpenBracket))) {
    cursor.unexpected(`\`:\` and a value behind \`${name.text}\``);
    return undefined;
  }
  const value = cursor.isSymbol(Character.OpenBracket) ? parseList(cursor, depth) : parseSingle(cursor, depth);
  return value === undefined ? undefined : { name, hasColon, value, first: name.first, last: cursor.previous };
}

function parseFieldValueName(cursor: Cursor): FieldValueNameNode | undefined {
  const first = cursor.index;
  if (!cursor.takeSymbol(Character.OpenBracket)) {
    if (cursor.kind !== TokenKind.Identifier) {
      cursor.unexpected("a field name");
      return undefined;
    }
    const text = cursor.text;
    return { kind: "field", text, urlPrefix: "", first, last: cursor.advance() };
  }
  const name = parseQualifiedName(cursor, "the name of an extension or a type", false);
  if (name === undefined) return undefined;
  let kind: "extension" | "any" = "extension";
  let { text } = name;
  let urlPrefix = "";
  if (cursor.takeSymbol(Character.Slash)) {
    const type = parseQualifiedName(cursor, "the name of a type behind `/`", false);
    if (type === undefined) return undefined;
    kind = "any";
    urlPrefix = text;
    text = type.text;
  }
  if (!cursor.expectSymbol(Character.CloseBracket, `behind \`${text}\``)) return undefined;
  return { kind, text, urlPrefix, first, last: cursor.previous };
}

function parseSingle(cursor: Cursor, depth: number): ScalarValueNode | MessageValueNode | undefined {
  return isOpening(cursor) ? parseMessageValue(cursor, depth + 1) : parseScalarValue(cursor, "a value");
}

function parseList(cursor: Cursor, depth: number): FieldValue | undefined {
  const first = cursor.advance();
  const values: (ScalarValueNode | MessageValueNode)[] = [];
  skipComment(cursor);
  if (!cursor.isSymbol(Character.CloseBracket)) {
    do {
      skipComment(cursor);
      const value = parseSingle(cursor, depth);
      if (value === undefined) return undefined;
      values.push(value);
      skipComment(cursor);
    } while (cursor.takeSymbol(Character.Comma));
  }
  if (!cursor.expectSymbol(Character.CloseBracket, "or `,` in a list")) return undefined;
  const list: ListValueNode = { kind: "list", values, first, last: cursor.previous };
  return list;
}

function isOpening(cursor: Cursor): boolean {
  return cursor.isSymbol(Character.OpenBrace) || cursor.isSymbol(Character.Less);
}

/** In text format `#` starts a comment, which the lexer of .proto files does not know. */
function skipComment(cursor: Cursor): void {
  while (cursor.isSymbol(Character.Hash)) {
    const line = cursor.tokens.line(cursor.index);
    while (!cursor.atEnd && cursor.tokens.line(cursor.index) === line) cursor.advance();
  }
}
