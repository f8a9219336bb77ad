import type { IntegerNode, NameNode } from "../ast/index.ts";
import { Character, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { parseInteger } from "./parse-name.ts";

/**
 * Reads `= number` behind the name of a field or an enum value. Where no number is written, that is left to the linker to
 * report, which knows the next that is free. Undefined where the statement is something else; that has been reported.
 */
export function parseNumberBehind(
  cursor: Cursor,
  name: NameNode,
  what: "field" | "enum value",
): IntegerNode | undefined {
  if (!cursor.takeSymbol(Character.Equals)) {
    const isReadable = parseSubstitute(cursor, name, what);
    if (isReadable !== true) return isReadable;
  }
  const number = parseInteger(cursor, true);
  if (number !== undefined) return number;
  const isEnd =
    cursor.isSymbol(Character.Semicolon) ||
    cursor.isSymbol(Character.OpenBracket) ||
    cursor.isSymbol(Character.CloseBrace);
  if (isEnd || cursor.startsLine) return missing(cursor.previous);
  return parseUnreadable(cursor, name, what);
}

/** What may stand in the place of `=`. True where a number follows. */
function parseSubstitute(cursor: Cursor, name: NameNode, what: string): true | IntegerNode | undefined {
  const isColon = cursor.isSymbol(Character.Colon);
  const isMinus = cursor.isSymbol(Character.Minus);
  if (isColon || isMinus || cursor.kind === TokenKind.Integer) {
    const number = cursor.tokens.text(isColon ? cursor.index + 1 : cursor.index);
    cursor.unexpected(`\`=\` before the number of \`${name.text}\``, {
      id: "equals-missing",
      hint: isMinus || !/^\d+$/.test(number) ? undefined : `write \`${name.text} = ${number}\``,
    });
    if (isColon) cursor.advance();
    return true;
  }
  const isEnd =
    cursor.startsLine ||
    [Character.Semicolon, Character.OpenBracket, Character.CloseBrace].some((code) => cursor.isSymbol(code)) ||
    (cursor.isSymbol(Character.Comma) && (cursor.endsLine || what === "enum value"));
  if (isEnd) return missing(name.last, name.first);
  cursor.unexpected(`\`=\` and a number behind ${what} \`${name.text}\``, {
    id: "equals-missing",
    hint: substituteHint(cursor, name, what),
  });
  return undefined;
}

function substituteHint(cursor: Cursor, name: NameNode, what: string): string | undefined {
  if (cursor.isSymbol(Character.Comma)) return `a statement has one name: write one for each ${what}`;
  const isNumber = cursor.tokens.kind(cursor.index + 1) === TokenKind.Integer;
  const isBefore = cursor.isSymbol(Character.OpenParenthesis) || cursor.isSymbol(Character.OpenBracket);
  return isBefore && isNumber ? `write \`${name.text} = ${cursor.tokens.text(cursor.index + 1)}\`` : undefined;
}

/** Reports something that is no number where one should be, and goes behind it. */
function parseUnreadable(cursor: Cursor, name: NameNode, what: "field" | "enum value"): IntegerNode {
  const quoted = cursor.kind === TokenKind.String ? /^["']\s*(-?\d+)\s*["']$/.exec(cursor.text)?.[1] : undefined;
  const isFloat = cursor.kind === TokenKind.Float;
  const id = what === "field" ? "field-number-missing" : "enum-number-missing";
  const isTwice = cursor.isSymbol(Character.Equals) && cursor.tokens.kind(cursor.index + 1) === TokenKind.Integer;
  const hint =
    quoted !== undefined
      ? `write ${quoted} without quotes`
      : isTwice
        ? `write \`${name.text} = ${cursor.tokens.text(cursor.index + 1)}\``
        : isFloat
          ? "numbers are whole"
          : cursor.kind === TokenKind.Identifier
            ? "it is written in digits"
            : undefined;
  cursor.unexpected(`the number of ${what} \`${name.text}\``, { id, hint });
  const isSkippable = cursor.kind !== TokenKind.Symbol || cursor.isSymbol(Character.Plus) || isTwice;
  const first = cursor.index;
  if (isSkippable) {
    cursor.advance();
    if (cursor.tokens.kind(first) === TokenKind.Symbol && cursor.kind === TokenKind.Integer) cursor.advance();
  }
  return { value: 0n, problem: "unreadable", first: Math.min(first, cursor.previous), last: cursor.previous };
}

function missing(last: number, first: number = last): IntegerNode {
  return { value: 0n, problem: "missing", first, last };
}
