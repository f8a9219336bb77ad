import type { EnumNode, EnumValueNode, OptionNode, ReservedNode, Visibility } from "../ast/index.ts";
import { Character } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { reportMiscased } from "./miscased-keyword.ts";
import { parseBlock } from "./parse-block.ts";
import { parseIdentifier } from "./parse-name.ts";
import { parseNumberBehind } from "./parse-number.ts";
import { isOptionWithoutKeyword, parseOptionList, parseOptionStatement } from "./parse-option.ts";
import { parseReserved } from "./parse-ranges.ts";

/** Reads an enum, from its keyword to its closing brace. */
export function parseEnum(cursor: Cursor, visibility: Visibility | undefined): EnumNode | undefined {
  const keyword = cursor.advance();
  const name = parseIdentifier(cursor, "the enum's name");
  if (name === undefined) return undefined;
  const block = parseBlock(cursor, `enum \`${name.text}\``, parseEnumElement);
  if (block === undefined) return undefined;
  const first = visibility?.first ?? keyword;
  return { kind: "enum", visibility, name, open: block.open, elements: block.elements, first, last: cursor.previous };
}

function parseEnumElement(cursor: Cursor): EnumValueNode | OptionNode | ReservedNode | undefined {
  const meant = reportMiscased(cursor, ["option", "reserved"], "an enum value, or another statement of an enum");
  if (meant === "option") return parseOptionStatement(cursor, true);
  if (meant === "reserved") return parseReserved(cursor, true);
  if (cursor.isWord("option") || isOptionWithoutKeyword(cursor)) return parseOptionStatement(cursor);
  if (cursor.isWord("reserved")) return parseReserved(cursor, true);
  return parseEnumValue(cursor);
}

function parseEnumValue(cursor: Cursor): EnumValueNode | undefined {
  const first = cursor.index;
  const isTyped = cursor.wordAhead(1) !== "" && cursor.isSymbolAhead(2, Character.Equals) && !isLineAhead(cursor);
  if (isTyped) {
    const name = cursor.wordAhead(1);
    const hint = `write \`${name.toUpperCase()} = ${cursor.tokens.text(cursor.index + 3)}\``;
    cursor.report("enum-value-type", "the values of an enum have no type", { hint });
    cursor.advance();
  }
  const name = parseIdentifier(cursor, "the name of an enum value");
  if (name === undefined) return undefined;
  const number = parseNumberBehind(cursor, name, "enum value");
  if (number === undefined) return undefined;
  const options = parseOptionList(cursor);
  if (!takeComma(cursor, first)) cursor.endStatement("an enum value");
  return { kind: "enum-value", name, number, options, first, last: cursor.previous };
}

/** `A = 0, B = 1`: values in a row are read one by one, and the comma is reported once. */
function takeComma(cursor: Cursor, first: number): boolean {
  const isInRow = first > 0 && cursor.tokens.text(first - 1) === ",";
  if (isInRow && cursor.isSymbol(Character.CloseBrace)) return true;
  if (!cursor.isSymbol(Character.Comma) || cursor.endsLine) return false;
  if (!isInRow) {
    cursor.report("semicolon-missing", "expected `;` behind an enum value, found `,`", {
      hint: "every value ends with `;`",
    });
  }
  cursor.advance();
  return true;
}

/** Whether the next token but one stands on a later line: then it is no part of this statement. */
function isLineAhead(cursor: Cursor): boolean {
  return cursor.tokens.line(cursor.index + 1) > cursor.tokens.line(cursor.index);
}
