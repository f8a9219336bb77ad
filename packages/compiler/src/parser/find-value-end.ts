import { Character, TokenKind, type TokenList } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";

/** Keywords behind which a name stands, or a type. */
const WORDS_BEFORE_NAMES: ReadonlySet<string> = new Set([
  "message", "enum", "service", "extend", "oneof", "rpc", "option", "optional", "required", "repeated",
]); // biome-ignore format: a list to scan
const VALUE_FOLLOWS: readonly number[] = [Character.Colon, Character.OpenBracket, Character.Comma];

/** Where a message in text format ends. */
export interface ValueEnd {
  /** Its closing brace or, where it has none, the first token that cannot be part of it. */
  readonly token: number;
  readonly isClosed: boolean;
}

/**
 * Finds the brace that closes the one which is next. As protoc does, whatever stands between the two: a `#` there starts a
 * comment of the text format, which does not hide a brace from those who look for the end of the option.
 */
export function findValueEnd(cursor: Cursor): ValueEnd {
  const { tokens } = cursor;
  let braces = 0;
  let brackets = 0;
  /** Where a comment goes on to the end of its line. */
  let commentLine = -1;
  for (let token = cursor.index; ; token++) {
    if (tokens.kind(token) === TokenKind.End) return { token, isClosed: false };
    if (tokens.kind(token) === TokenKind.Identifier && startsStatement(cursor, token, brackets > 0))
      return { token, isClosed: false };
    if (tokens.kind(token) !== TokenKind.Symbol) continue;
    switch (tokens.code(token)) {
      case Character.OpenBrace:
        braces++;
        break;
      case Character.CloseBrace:
        braces--;
        if (braces === 0) return { token, isClosed: true };
        break;
      case Character.Hash:
        commentLine = tokens.line(token);
        break;
      case Character.OpenBracket:
        if (tokens.line(token) !== commentLine) brackets++;
        break;
      case Character.CloseBracket:
        if (tokens.line(token) === commentLine) break;
        // It closes the options around the value: that has no brace to close it.
        if (brackets === 0) return { token, isClosed: false };
        brackets--;
        break;
    }
  }
}

/**
 * Whether a line starts with what starts a statement, and cannot be a field of a message literal. In brackets, names with
 * dots may go on in it.
 */
function startsStatement({ tokens }: Cursor, token: number, isInBrackets: boolean): boolean {
  const line = tokens.line(token);
  if (tokens.line(token - 1) === line || tokens.line(token + 1) !== line) return false;
  // A value may stand on a line of its own, with the next field behind it.
  if (isSymbol(tokens, token - 1, VALUE_FOLLOWS)) return false;
  const word = tokens.text(token);
  const next = tokens.kind(token + 1);
  if (next === TokenKind.String) return word === "import";
  if (next === TokenKind.Symbol) {
    return (
      (!isInBrackets && isSymbol(tokens, token + 1, [Character.Dot])) ||
      (word === "option" && isSymbol(tokens, token + 1, [Character.OpenParenthesis]))
    );
  }
  return (
    next === TokenKind.Identifier && (WORDS_BEFORE_NAMES.has(word) || isSymbol(tokens, token + 2, [Character.Equals]))
  );
}

function isSymbol(tokens: TokenList, token: number, codes: readonly number[]): boolean {
  return tokens.kind(token) === TokenKind.Symbol && codes.includes(tokens.code(token));
}
