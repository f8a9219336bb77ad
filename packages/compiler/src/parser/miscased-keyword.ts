import { Character, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";

/**
 * Reports a keyword with capitals in it, such as `Oneof`, where a statement follows that begins with it, and gives the
 * keyword that was meant. Undefined where what is next may be anything else: a type may have such a name.
 *
 * @param expected what may stand there
 */
export function reportMiscased(cursor: Cursor, keywords: readonly string[], expected: string): string | undefined {
  const keyword = cursor.wordAhead(0).toLowerCase();
  if (!keywords.includes(keyword) || !isMiscased(cursor, keyword)) return undefined;
  cursor.unexpected(expected, { hint: `did you mean \`${keyword}\`?` });
  return keyword;
}

/** Whether a statement is next that begins with a keyword, but for its capitals. */
export function isMiscased(cursor: Cursor, keyword: string): boolean {
  const word = cursor.wordAhead(0);
  if (word === keyword || word.toLowerCase() !== keyword) return false;
  const kind = cursor.tokens.kind(cursor.index + 1);
  switch (keyword) {
    case "message":
    case "enum":
    case "oneof":
    case "extend":
      return cursor.wordAhead(1) !== "" && cursor.isSymbolAhead(2, Character.OpenBrace);
    case "reserved":
    case "extensions":
      return kind === TokenKind.Integer || kind === TokenKind.String;
    case "option": {
      if (cursor.isSymbolAhead(1, Character.OpenParenthesis)) return true;
      const isAssigned = cursor.wordAhead(1) !== "" && cursor.isSymbolAhead(2, Character.Equals);
      const value = cursor.tokens.kind(cursor.index + 3);
      // A number makes it a field.
      return isAssigned && (value === TokenKind.String || value === TokenKind.Identifier);
    }
    default:
      return false;
  }
}
