import type { EnumNode, EnumValueNode, OptionNode, ReservedNode, Visibility } from "../ast/index.ts";
import { Character } from "../lexer/index.ts";
import { parseBlock } from "./parse-block.ts";
import type { Cursor } from "./cursor.ts";
import { parseIdentifier, parseInteger } from "./parse-name.ts";
import { parseOptionList, parseOptionStatement } from "./parse-option.ts";
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
  if (cursor.isWord("option")) return parseOptionStatement(cursor);
  if (cursor.isWord("reserved")) return parseReserved(cursor, true);
  return parseEnumValue(cursor);
}

function parseEnumValue(cursor: Cursor): EnumValueNode | undefined {
  const first = cursor.index;
  const name = parseIdentifier(cursor, "the name of an enum value");
  if (name === undefined) return undefined;
  const hint = `every value needs a number, as in \`${name.text} = 0;\``;
  if (!cursor.takeSymbol(Character.Equals)) {
    cursor.report("enum-number-missing", `enum value \`${name.text}\` has no number`, { hint }, name.first);
    if (!cursor.startsLine && !cursor.isSymbol(Character.Semicolon)) return undefined;
    cursor.endStatement("an enum value");
    return { kind: "enum-value", name, number: { value: 0n, first, last: first }, options: undefined, first, last: cursor.previous };
  }
  const number = parseInteger(cursor, true);
  if (number === undefined) {
    cursor.unexpected("the number of an enum value", { id: "enum-number-missing", hint });
    return undefined;
  }
  const options = parseOptionList(cursor);
  cursor.endStatement("an enum value");
  return { kind: "enum-value", name, number, options, first, last: cursor.previous };
}
