import type { FieldNode, IntegerNode, Label, NamedTypeNode, NameNode, TypeNode } from "../ast/index.ts";
import { Character, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { parseForeignLabel, skipForeignOptions } from "./parse-foreign-field.ts";
import { parseGenericType, parseMapType } from "./parse-map-type.ts";
import { parseIdentifier, parseKeyword, parseTypeName } from "./parse-name.ts";
import { parseNumberBehind } from "./parse-number.ts";
import { parseOptionList } from "./parse-option.ts";

const LABELS: ReadonlySet<string> = new Set(["optional", "required", "repeated"]);
const QUOTED_NAME = /^["']([A-Za-z]\w*)["']$/;

/** The types that have a keyword: behind one of them, and not before, stands a name. */
// biome-ignore format: a list to scan
const SCALARS: ReadonlySet<string> = new Set([
  "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "bytes", "uint32", "sfixed32",
  "sfixed64", "sint32", "sint64",
]);

/** Whether a word is the keyword of a type. */
export function isScalarWord(word: string): boolean {
  return SCALARS.has(word);
}

/**
 * Reads a field up to its semicolon or, for a group, its brace: label, type, name, number and options.
 * Undefined where it cannot be told what the field is; that has been reported.
 */
export function parseFieldHead(cursor: Cursor): FieldNode | undefined {
  const first = cursor.index;
  const written = parseKeyword(cursor, "optional", "required", "repeated") ?? parseForeignLabel(cursor);
  if (written !== undefined) rejectSecondLabel(cursor);
  const start = cursor.index;
  const backwards = parseNameBeforeType(cursor);
  const type = backwards?.type ?? parseFieldType(cursor);
  if (type === undefined) return undefined;
  const label =
    written ??
    takeQuestionMark(cursor, type) ??
    (backwards === undefined ? labelOfList(cursor, type, start) : backwards.label);
  const name = backwards?.name ?? parseFieldName(cursor, type);
  if (name === undefined) return undefined;
  const list = takeBracketsBehindName(cursor, type, name);
  const isReported = backwards !== undefined && !cursor.isSymbol(Character.Equals);
  const number: IntegerNode | undefined = isReported
    ? { value: 0n, problem: "unreadable", first: name.first, last: name.last }
    : parseNumberBehind(cursor, name, "field");
  if (number === undefined) return undefined;
  const options = parseOptionList(cursor);
  skipForeignOptions(cursor, name);
  return {
    kind: "field",
    label: label ?? list,
    type,
    name,
    number,
    options,
    group: undefined,
    first,
    last: cursor.previous,
  };
}

/** `optional repeated string tags`: reports the second label and leaves it out. A type may have the name of a label. */
function rejectSecondLabel(cursor: Cursor): void {
  const isLabel = LABELS.has(cursor.wordAhead(0));
  const isTypeBehind = cursor.wordAhead(1) !== "" && !cursor.isSymbolAhead(2, Character.Equals);
  if (!isLabel || !isTypeBehind) return;
  cursor.report("label-duplicate", "a field has one label", {
    hint: `remove \`${cursor.text}\`, or the label before it`,
  });
  cursor.advance();
}

/** `string? title`, as other languages mark what may be absent. */
function takeQuestionMark(cursor: Cursor, type: TypeNode): Label | undefined {
  if (!cursor.isSymbol(Character.QuestionMark) || cursor.wordAhead(1) === "") return undefined;
  const written = cursor.textOf(type.first, type.last);
  const hint = `write \`optional ${written} ${cursor.wordAhead(1)}\`; in editions every such field may be absent`;
  cursor.report("label-unknown", "`?` marks no field", { hint });
  const token = cursor.advance();
  return { text: "optional", first: token, last: token };
}

interface FieldBackwards {
  readonly name: NameNode;
  readonly type: NamedTypeNode;
  /** One slip is enough: that the field has no label is not reported as well. */
  readonly label: Label;
}

/** `title: string` or `title?: string`, as other languages have it. */
function parseNameBeforeType(cursor: Cursor): FieldBackwards | undefined {
  const isOptional = cursor.isSymbolAhead(1, Character.QuestionMark);
  const colon = cursor.index + (isOptional ? 2 : 1);
  const isColon =
    cursor.isSymbolAhead(colon - cursor.index, Character.Colon) &&
    cursor.tokens.kind(colon + 1) === TokenKind.Identifier;
  if (cursor.kind !== TokenKind.Identifier || !isColon) return undefined;
  const first = cursor.index;
  const name: NameNode = { text: cursor.text, first, last: first };
  cursor.index = colon + 1;
  const type = parseTypeName(cursor, "a type");
  if (type === undefined) return undefined;
  const number = cursor.isSymbol(Character.Equals) ? cursor.tokens.text(cursor.index + 1) : "1";
  cursor.report(
    "type-first",
    "the type of a field stands before its name, without a colon",
    { hint: `write \`${type.text} ${name.text} = ${number}\`` },
    colon,
  );
  return { name, type, label: { text: "optional", first, last: first } };
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
    const text = cursor.textOf(type.first, type.last);
    cursor.report(
      "list-syntax",
      "there is no such list syntax",
      { hint: `write \`repeated ${text}\`` },
      type.first,
      cursor.index + 1,
    );
    cursor.advance();
    cursor.advance();
  }
  return type;
}

/** `string tags[] = 1`, as C has it. */
function takeBracketsBehindName(cursor: Cursor, type: TypeNode, name: NameNode): Label | undefined {
  if (!cursor.isSymbol(Character.OpenBracket) || !cursor.isSymbolAhead(1, Character.CloseBracket)) return undefined;
  if (!cursor.isSymbolAhead(2, Character.Equals)) return undefined;
  const hint = `write \`repeated ${cursor.textOf(type.first, type.last)} ${name.text}\``;
  cursor.report("list-syntax", "there is no such list syntax", { hint }, name.first, cursor.index + 1);
  cursor.advance();
  cursor.advance();
  return { text: "repeated", first: name.first, last: name.last };
}

function parseFieldName(cursor: Cursor, type: TypeNode): NameNode | undefined {
  if (cursor.kind === TokenKind.Identifier) return parseIdentifier(cursor, "a name");
  const quoted = cursor.kind === TokenKind.String ? QUOTED_NAME.exec(cursor.text)?.[1] : undefined;
  if (quoted !== undefined) {
    cursor.report("name-invalid", "a name has no quotes", { hint: `write \`${quoted}\`` });
    const token = cursor.advance();
    return { text: quoted, first: token, last: token };
  }
  const written = type.kind === "named" ? `\`${type.text}\`` : "the map";
  // `name = 1;` lacks its type; anything else lacks its name.
  const isBeforeNumber = cursor.isSymbol(Character.Equals) || cursor.isSymbol(Character.Colon);
  if (!isBeforeNumber || type.kind === "map") {
    cursor.unexpected(`the field's name behind its type ${written}`);
    return undefined;
  }
  const isTypeMissing = !isScalarWord(type.text) && /^[a-z_]\w*$/.test(type.text);
  const number =
    cursor.tokens.kind(cursor.index + 1) === TokenKind.Integer ? cursor.tokens.text(cursor.index + 1) : "1";
  cursor.unexpected(
    isTypeMissing ? `a type and a name before \`${cursor.text}\`` : `the field's name behind its type ${written}`,
    {
      hint: `a field is written \`${isTypeMissing ? `string ${type.text}` : `${type.text} name`} = ${number};\``,
    },
  );
  return undefined;
}
