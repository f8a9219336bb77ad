import type { ScalarValueNode } from "../ast/index.ts";
import { Character, readInteger, readNumber, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { parseString } from "./parse-name.ts";

const MAX_UINT64 = 0xffffffffffffffffn;
const MAX_NEGATIVE = 0x8000000000000000n;

/** Reads a name, number or string, a minus before it included. */
export function parseScalarValue(cursor: Cursor, what: string): ScalarValueNode | undefined {
  const first = cursor.index;
  const negative = cursor.takeSymbol(Character.Minus);
  const text = cursor.text;
  switch (cursor.kind) {
    case TokenKind.Identifier:
      return { kind: "identifier", text, negative, first, last: cursor.advance() };
    case TokenKind.Integer: {
      const magnitude = readInteger(text);
      // What no 64-bit integer can hold is read as a float, as protoc does.
      if (magnitude <= (negative ? MAX_NEGATIVE : MAX_UINT64)) {
        return { kind: "integer", value: negative ? -magnitude : magnitude, negative, first, last: cursor.advance() };
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

function withSign(value: number, negative: boolean): number {
  return negative ? -value : value;
}
