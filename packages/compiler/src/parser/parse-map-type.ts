import type { MapTypeNode, NamedTypeNode, TypeNode } from "../ast/index.ts";
import { Character } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { parseQualifiedName, parseTypeName } from "./parse-name.ts";

/** What other languages call a repeated field. */
const LIST_WORDS: ReadonlySet<string> = new Set(["list", "array", "vector", "set", "repeated", "slice", "seq"]);
/** And what they call a map. */
const MAP_WORDS: ReadonlySet<string> = new Set(["map", "hashmap", "dict", "dictionary", "record", "unordered_map"]);

/** Reads `map<Key, Value>`, from its first word on. */
export function parseMapType(cursor: Cursor): MapTypeNode | undefined {
  const first = cursor.advance();
  cursor.advance();
  const key = parseTypeName(cursor, "the type of a map's keys");
  if (key === undefined) return undefined;
  if (cursor.isSymbol(Character.Greater)) {
    cursor.report(
      "type-arguments",
      "a map has two types, of its keys and of its values",
      {
        hint: `write \`map<${key.text}, ValueType>\`, or \`repeated ${key.text}\` for a list`,
      },
      first,
      cursor.advance(),
    );
    return { kind: "map", key: { ...key, text: "string" }, value: key, first, last: cursor.previous };
  }
  if (!cursor.expectSymbol(Character.Comma, "between the types of a map's keys and values")) return undefined;
  const value = parseMapValue(cursor, key);
  if (value === undefined || !cursor.expectSymbol(Character.Greater, "behind a map's types")) return undefined;
  return { kind: "map", key, value, first, last: cursor.previous };
}

function parseMapValue(cursor: Cursor, key: NamedTypeNode): NamedTypeNode | undefined {
  const hint = "put it into a message of its own, and make that the type of the values";
  if (cursor.isWord("repeated") && cursor.wordAhead(1) !== "") {
    cursor.report("map-value", "the values of a map cannot be `repeated`", { hint });
    cursor.advance();
  }
  if (!cursor.isSymbolAhead(1, Character.Less) || cursor.wordAhead(0) === "")
    return parseTypeName(cursor, "the type of a map's values");
  const first = cursor.advance();
  let depth = 0;
  do {
    if (cursor.isSymbol(Character.Less)) depth++;
    if (cursor.isSymbol(Character.Greater)) depth--;
    if (cursor.isSymbol(Character.Semicolon)) break;
    cursor.advance();
  } while (depth > 0 && !cursor.atEnd);
  const isMap = MAP_WORDS.has(cursor.tokens.text(first).toLowerCase());
  cursor.report(
    "map-value",
    `the values of a map cannot be ${isMap ? "maps" : "lists"}`,
    { hint },
    first,
    cursor.previous,
  );
  return { ...key, text: "string", first, last: cursor.previous };
}

/** `list<string>`: not protobuf, but clear. Reads it as its element's type, and `Map<K, V>` as a map. */
export function parseGenericType(cursor: Cursor): TypeNode | undefined {
  const first = cursor.index;
  const word = cursor.text;
  if (MAP_WORDS.has(word.toLowerCase())) {
    cursor.report("type-arguments", `\`${word}\` takes no types in angle brackets: only \`map\` does`, {
      hint: "a map is written `map<KeyType, ValueType>`",
    });
    return parseMapType(cursor);
  }
  cursor.advance();
  cursor.advance();
  const element = parseQualifiedName(cursor, "a type", true);
  const knownList = LIST_WORDS.has(word.toLowerCase());
  if (element === undefined || !cursor.isSymbol(Character.Greater)) {
    cursor.report(
      "type-arguments",
      `\`${word}\` takes no types in angle brackets: only \`map\` does`,
      undefined,
      first,
    );
    return undefined;
  }
  const hint = knownList
    ? `write \`repeated ${element.text}\``
    : "only `map<KeyType, ValueType>` is written so; a list is `repeated Type`";
  cursor.report("list-syntax", `\`${word}<${element.text}>\` is no type`, { hint }, first, cursor.advance());
  return { kind: "named", text: element.text, first: element.first, last: element.last };
}
