import type { FieldNode, IntegerNode, Label, MapTypeNode, NamedTypeNode, NameNode, TypeNode } from "../ast/index.ts";
import { Character, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { parseIdentifier, parseInteger, parseKeyword, parseQualifiedName, parseTypeName } from "./parse-name.ts";
import { parseOptionList } from "./parse-option.ts";

/** What other languages call a repeated field. */
const LIST_WORDS: ReadonlySet<string> = new Set(["list", "array", "vector", "set", "repeated", "slice", "seq"]);

/**
 * Reads a field up to its semicolon or, for a group, its brace: label, type, name, number and options.
 * Undefined where it cannot be told what the field is; that has been reported.
 */
export function parseFieldHead(cursor: Cursor): FieldNode | undefined {
  const first = cursor.index;
  const written = parseKeyword(cursor, "optional", "required", "repeated");
  const start = cursor.index;
  const type = parseFieldType(cursor);
  if (type === undefined) return undefined;
  const label = written ?? labelOfList(cursor, type, start);
  const name = parseFieldName(cursor, type);
  if (name === undefined) return undefined;
  const number = parseFieldNumber(cursor, name);
  if (number === undefined) return undefined;
  const options = parseOptionList(cursor);
  return { kind: "field", label, type, name, number, options, group: undefined, first, last: cursor.previous };
}

/** `list<T>` and `T[]` were reported; the field means `repeated T`. */
function labelOfList(cursor: Cursor, type: TypeNode, start: number): Label | undefined {
  const isList = type.kind === "named" && (type.first !== start || cursor.previous > type.last);
  return isList ? { text: "repeated", first: start, last: start } : undefined;
}

function parseFieldType(cursor: Cursor): TypeNode | undefined {
  if (cursor.isWord("map") && cursor.isSymbolAhead(1, Character.Less)) return parseMapType(cursor);
  if (cursor.kind === TokenKind.Identifier && cursor.isSymbolAhead(1, Character.Less)) return parseGenericType(cursor);
  const type = parseTypeName(cursor, "a field, or another statement of a message");
  if (type !== undefined && cursor.isSymbol(Character.OpenBracket) && cursor.isSymbolAhead(1, Character.CloseBracket)) {
    const text = cursor.tokens.source.text.slice(cursor.tokens.start(type.first), cursor.tokens.end(type.last));
    cursor.report("list-syntax", "there is no such list syntax", { hint: `write \`repeated ${text}\`` }, type.first, cursor.index + 1);
    cursor.advance();
    cursor.advance();
  }
  return type;
}

function parseMapType(cursor: Cursor): MapTypeNode | undefined {
  const first = cursor.advance();
  cursor.advance();
  const key = parseTypeName(cursor, "the type of a map's keys");
  if (key === undefined || !cursor.expectSymbol(Character.Comma, "between the types of a map's keys and values")) return undefined;
  const value = parseTypeName(cursor, "the type of a map's values");
  if (value === undefined || !cursor.expectSymbol(Character.Greater, "behind a map's types")) return undefined;
  return { kind: "map", key, value, first, last: cursor.previous };
}

/** `list<string>`: not protobuf, but clear. Reads it as its element's type. */
function parseGenericType(cursor: Cursor): NamedTypeNode | undefined {
  const first = cursor.index;
  const word = cursor.text;
  const isMap = word.toLowerCase().includes("map") || word.toLowerCase() === "dict";
  cursor.advance();
  cursor.advance();
  const element = parseQualifiedName(cursor, "a type", true);
  const knownList = LIST_WORDS.has(word.toLowerCase());
  if (element === undefined || !cursor.isSymbol(Character.Greater)) {
    const hint = isMap ? "a map is written `map<KeyType, ValueType>`" : undefined;
    cursor.report("type-arguments", `\`${word}\` takes no types in angle brackets: only \`map\` does`, { hint }, first);
    return undefined;
  }
  const hint = knownList ? `write \`repeated ${element.text}\`` : "only `map<KeyType, ValueType>` is written so; a list is `repeated Type`";
  cursor.report("list-syntax", `\`${word}<${element.text}>\` is no type`, { hint }, first, cursor.advance());
  return { kind: "named", text: element.text, first: element.first, last: element.last };
}

function parseFieldName(cursor: Cursor, type: TypeNode): NameNode | undefined {
  if (cursor.kind === TokenKind.Identifier) return parseIdentifier(cursor, "a name");
  const written = type.kind === "named" ? `\`${type.text}\`` : "the map";
  // `name = 1;` lacks its type; anything else lacks its name.
  const isTypeMissing = cursor.isSymbol(Character.Equals) && type.kind === "named" && !type.text.includes(".");
  cursor.unexpected(isTypeMissing ? `a type and a name before \`=\`` : `the field's name behind its type ${written}`, {
    hint: isTypeMissing && type.kind === "named" ? `a field is written \`string ${type.text} = 1;\`` : undefined,
  });
  return undefined;
}

function parseFieldNumber(cursor: Cursor, name: NameNode): IntegerNode | undefined {
  const hint = `every field needs a number, as in \`${name.text} = 1\``;
  if (!cursor.takeSymbol(Character.Equals)) {
    const isMissing = cursor.kind !== TokenKind.Integer;
    const message = isMissing ? `field \`${name.text}\` has no number` : `expected \`=\` before the number of \`${name.text}\``;
    cursor.report("field-number-missing", message, { hint }, name.first, name.last);
    if (isMissing) return { value: 0n, first: name.first, last: name.last };
  }
  const number = parseInteger(cursor, true);
  if (number !== undefined) return number;
  cursor.unexpected("a field number", { id: "field-number-missing", hint });
  const isSkippable = cursor.kind === TokenKind.String || cursor.kind === TokenKind.Float || cursor.kind === TokenKind.Identifier;
  if (isSkippable && !cursor.startsLine) cursor.advance();
  return { value: 0n, first: cursor.previous, last: cursor.previous };
}
