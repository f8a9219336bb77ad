import type { ExtensionsNode, RangeNode, ReservedNode, StringNode } from "../ast/index.ts";
import { Character, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { parseInteger, parseString } from "./parse-name.ts";
import { parseOptionList } from "./parse-option.ts";

const RANGE_END = "the last number of the range, or `max`";

/** Reads `reserved ...;` of a message or, with `mayBeNegative`, of an enum. */
export function parseReserved(cursor: Cursor, mayBeNegative: boolean): ReservedNode | undefined {
  const first = cursor.advance();
  const ranges: RangeNode[] = [];
  const names: StringNode[] = [];
  do {
    if (cursor.kind === TokenKind.String || cursor.kind === TokenKind.Identifier) {
      const name = parseReservedName(cursor);
      if (name === undefined) return undefined;
      names.push(name);
    } else {
      const range = parseRange(cursor, mayBeNegative, "a number, a range or a name to reserve");
      if (range === undefined) return undefined;
      ranges.push(range);
    }
  } while (cursor.takeSymbol(Character.Comma));
  cursor.endStatement("reserved numbers or names");
  if (ranges.length > 0 && names.length > 0) {
    cursor.report(
      "reserved-mixed",
      "numbers and names are reserved in statements of their own",
      {
        hint: "write one `reserved` for the numbers and one for the names",
      },
      first,
      cursor.previous,
    );
  }
  return { kind: "reserved", ranges, names, first, last: cursor.previous };
}

function parseReservedName(cursor: Cursor): StringNode | undefined {
  if (cursor.kind === TokenKind.String) return parseString(cursor, "a name");
  const text = cursor.text;
  const token = cursor.advance();
  return { text, bytes: undefined, first: token, last: token };
}

/** Reads `extensions 100 to 199, 1000 to max [...];`. */
export function parseExtensions(cursor: Cursor): ExtensionsNode | undefined {
  const first = cursor.advance();
  const ranges: RangeNode[] = [];
  do {
    const range = parseRange(cursor, false, "a number or a range of numbers for extensions");
    if (range === undefined) return undefined;
    ranges.push(range);
  } while (cursor.takeSymbol(Character.Comma));
  const options = parseOptionList(cursor);
  cursor.endStatement("extension ranges");
  return { kind: "extensions", ranges, options, first, last: cursor.previous };
}

function parseRange(cursor: Cursor, mayBeNegative: boolean, what: string): RangeNode | undefined {
  const start = parseInteger(cursor, mayBeNegative);
  if (start === undefined) {
    const isNegative = cursor.isSymbol(Character.Minus) && cursor.tokens.kind(cursor.index + 1) === TokenKind.Integer;
    cursor.unexpected(what, { hint: isNegative ? "the numbers of fields start at 1" : undefined });
    return undefined;
  }
  const isDashed = cursor.isSymbol(Character.Minus) && cursor.tokens.kind(cursor.index + 1) === TokenKind.Integer;
  if (isDashed) {
    const last = cursor.tokens.text(cursor.index + 1);
    cursor.unexpected("`to` between the ends of a range", {
      hint: `write \`${cursor.textOf(start.first, start.last)} to ${last}\``,
    });
    cursor.advance();
  }
  if (!isDashed && !cursor.takeWord("to")) {
    // Of a negative number, protoc takes the sign alone to be the end.
    const end = { first: start.first, last: start.first };
    return { start, endValue: start.value, end, first: start.first, last: start.last };
  }
  const endToken = cursor.index;
  if (cursor.wordAhead(0) !== "max" && cursor.wordAhead(0).toLowerCase() === "max") {
    cursor.unexpected(RANGE_END, { hint: "did you mean `max`?" });
    cursor.advance();
    return { start, endValue: undefined, end: { first: endToken, last: endToken }, first: start.first, last: endToken };
  }
  if (cursor.takeWord("max")) {
    return { start, endValue: undefined, end: { first: endToken, last: endToken }, first: start.first, last: endToken };
  }
  const end = parseInteger(cursor, mayBeNegative);
  if (end === undefined) {
    cursor.unexpected(RANGE_END);
    return undefined;
  }
  return { start, endValue: end.value, end, first: start.first, last: end.last };
}
