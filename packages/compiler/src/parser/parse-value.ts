import type { ScalarValueNode } from "../ast/index.ts";
import { Character, readInteger, readNumber, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { parseString } from "./parse-name.ts";

/** What strings without quotes have in them. */
const UNQUOTED: readonly number[] = [Character.Dot, Character.Slash, Character.Minus];
const MAX_UINT64 = 0xffffffffffffffffn;
const MAX_NEGATIVE = 0x8000000000000000n;

/** Reads a name, number or string, a minus before it included. */
export function parseScalarValue(cursor: Cursor, what: string): ScalarValueNode | undefined {
  const first = cursor.index;
  const negative = cursor.takeSymbol(Character.Minus);
  const text = cursor.text;
  switch (cursor.kind) {
    case TokenKind.Identifier: {
      const last = cursor.advance();
      const isLonger = UNQUOTED.some((code) => cursor.isSymbol(code)) && cursor.isAdjacent() && cursor.isAdjacent(1);
      return isLonger ? parseUnquoted(cursor, last) : { kind: "identifier", text, negative, first, last };
    }
    case TokenKind.Integer: {
      const magnitude = readInteger(text);
      // What no 64-bit integer can hold is read as a float, as protoc does.
      if (magnitude <= (negative ? MAX_NEGATIVE : MAX_UINT64)) {
        const value = negative ? -magnitude : magnitude;
        const isHexOrOctal = text.length > 1 && text.startsWith("0");
        return { kind: "integer", value, negative, isHexOrOctal, first, last: cursor.advance() };
      }
      if (text.startsWith("0")) cursor.report("number-range", `${text} does not fit 64 bits`);
      return { kind: "float", value: withSign(readNumber(text), negative), first, last: cursor.advance() };
    }
    case TokenKind.Float:
      return { kind: "float", value: withSign(readNumber(text), negative), first, last: cursor.advance() };
    case TokenKind.String: {
      if (negative) cursor.report("option-value", "a string cannot have a sign", undefined, first);
      const value = parseString(cursor, what);
      return value === undefined ? undefined : { ...value, kind: "string", first };
    }
    default:
      cursor.unexpected(what);
      return undefined;
  }
}

/** `com.library` was meant to be a string, or the last part of it an enum value: reports it, and reads it as that. */
function parseUnquoted(cursor: Cursor, first: number): ScalarValueNode {
  const written = cursor.takeAdjacent(
    first,
    () => cursor.kind !== TokenKind.Symbol || UNQUOTED.some((code) => cursor.isSymbol(code)),
  );
  const last = cursor.previous;
  const lastWord = /^[\w.]*\.([A-Z][A-Z0-9_]*)$/.exec(written)?.[1];
  const hint =
    lastWord === undefined ? `write \`"${written}"\`` : `write \`${lastWord}\`: enum values go by their name alone`;
  cursor.report("string-unquoted", `\`${written}\` is no value: strings stand in quotes`, { hint }, first, last);
  return lastWord === undefined
    ? { kind: "string", text: written, bytes: undefined, first, last }
    : { kind: "identifier", text: lastWord, negative: false, first, last };
}

function withSign(value: number, negative: boolean): number {
  return negative ? -value : value;
}
