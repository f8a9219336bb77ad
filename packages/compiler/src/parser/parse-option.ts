import type { OptionListNode, OptionNameNode, OptionNamePartNode, OptionNode } from "../ast/index.ts";
import { Character, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { parseMessageValue } from "./parse-message-value.ts";
import { parseIdentifier, parseQualifiedName } from "./parse-name.ts";
import { parseScalarValue } from "./parse-value.ts";

/** Whether what is next looks like `java_package = "...";` or `deprecated = true;`: an option, but for its keyword. */
export function isOptionWithoutKeyword(cursor: Cursor): boolean {
  const word = cursor.wordAhead(0);
  if (word === "" || word === "syntax" || word === "edition" || !cursor.isSymbolAhead(1, Character.Equals))
    return false;
  const value = cursor.index + 2;
  if (cursor.tokens.kind(value) === TokenKind.String) return !/^.\s*-?\d+\s*.$/.test(cursor.tokens.text(value));
  return cursor.wordAhead(2) === "true" || cursor.wordAhead(2) === "false";
}

/**
 * Reads `option name = value;`. Without the keyword it is reported, and read all the same.
 *
 * @param isKeyword whether the word that is next is taken for it; one with a slip in it has been reported
 */
export function parseOptionStatement(
  cursor: Cursor,
  isKeyword: boolean = cursor.isWord("option"),
): OptionNode | undefined {
  const first = cursor.index;
  if (isKeyword) cursor.advance();
  else {
    const hint = `write \`option ${cursor.textOf(first, first + 2)};\``;
    cursor.report("option-keyword", `expected \`option\` before \`${cursor.text}\``, { hint });
  }
  const option = parseAssignment(cursor, false);
  if (option === undefined) return undefined;
  // Where a value is not closed, its end is a guess, and no place to miss a semicolon at.
  const isClosed = option.value.kind !== "message" || option.value.problem !== "unclosed";
  if (isClosed) cursor.endStatement("an option");
  else cursor.takeSymbol(Character.Semicolon);
  return { ...option, first, last: cursor.previous };
}

/** Reads options in brackets, or nothing where there are none. What it cannot read it leaves out. */
export function parseOptionList(cursor: Cursor): OptionListNode | undefined {
  if (!cursor.isSymbol(Character.OpenBracket)) return undefined;
  const first = cursor.advance();
  const options: OptionNode[] = [];
  do {
    if (cursor.isSymbol(Character.CloseBracket)) {
      const hint = options.length === 0 ? "leave the brackets out, or put an option into them" : "remove the comma";
      cursor.unexpected("the name of an option", { hint });
      break;
    }
    const option = parseAssignment(cursor, true);
    if (option !== undefined) options.push(option);
    else skipAssignment(cursor);
  } while (cursor.takeSymbol(Character.Comma));
  if (!cursor.takeSymbol(Character.CloseBracket)) {
    cursor.unexpected("`]` or `,` behind an option");
    skipAssignment(cursor);
    cursor.takeSymbol(Character.CloseBracket);
  }
  return { options, first, last: cursor.previous };
}

function parseAssignment(cursor: Cursor, isInBrackets: boolean): OptionNode | undefined {
  const name = parseOptionName(cursor);
  if (name === undefined) return undefined;
  if (!cursor.takeSymbol(Character.Equals) && !parseSubstitute(cursor, name, isInBrackets)) return undefined;
  if (cursor.isSymbol(Character.OpenBracket)) {
    cursor.report("option-list", "an option's value is no list", {
      hint: `set \`${cursor.textOf(name.first, name.last)}\` once for each value`,
    });
    return undefined;
  }
  // A minus before a message means nothing, and protoc lets it be.
  if (cursor.isSymbol(Character.Minus) && cursor.isSymbolAhead(1, Character.OpenBrace)) cursor.advance();
  const value = cursor.isSymbol(Character.OpenBrace)
    ? parseMessageValue(cursor)
    : parseScalarValue(cursor, "an option's value");
  if (value === undefined) return undefined;
  return { kind: "option", name, value, first: name.first, last: cursor.previous };
}

function valueHint(cursor: Cursor, name: string): string | undefined {
  const isValue =
    cursor.kind === TokenKind.String || cursor.kind === TokenKind.Integer || cursor.kind === TokenKind.Identifier;
  return isValue && !cursor.startsLine ? `write \`${name} = ${cursor.text}\`` : undefined;
}

/** Reports what stands in the place of `=`. True where a value follows. */
function parseSubstitute(cursor: Cursor, name: OptionNameNode, isInBrackets: boolean): boolean {
  const text = cursor.textOf(name.first, name.last);
  const isEnd = cursor.isSymbol(Character.CloseBracket) || cursor.isSymbol(Character.Comma);
  cursor.unexpected("`=` and a value behind an option's name", {
    hint: isInBrackets && isEnd ? `write \`${text} = true\`` : valueHint(cursor, text),
  });
  if (cursor.takeSymbol(Character.Colon)) return true;
  return cursor.kind === TokenKind.String || cursor.kind === TokenKind.Integer || cursor.kind === TokenKind.Identifier;
}

function parseOptionName(cursor: Cursor): OptionNameNode | undefined {
  const first = cursor.index;
  const firstPart = parseOptionNamePart(cursor);
  if (firstPart === undefined) return undefined;
  // Most names have one part, and V8 makes room for seventeen at the first push.
  const parts = [firstPart];
  while (cursor.takeSymbol(Character.Dot)) {
    const part = parseOptionNamePart(cursor);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return { parts, first, last: cursor.previous };
}

function parseOptionNamePart(cursor: Cursor): OptionNamePartNode | undefined {
  const first = cursor.index;
  if (cursor.takeSymbol(Character.OpenParenthesis)) {
    const name = parseQualifiedName(cursor, "the name of an extension", true);
    if (name === undefined || !cursor.expectSymbol(Character.CloseParenthesis, "behind the name of an extension"))
      return undefined;
    return { text: name.text, isExtension: true, first, last: cursor.previous };
  }
  const name = parseIdentifier(cursor, "the name of an option");
  return name === undefined ? undefined : { text: name.text, isExtension: false, first, last: name.last };
}

/** Leaves a broken option in brackets: goes before the comma or bracket that ends it. */
function skipAssignment(cursor: Cursor): void {
  let depth = 0;
  while (!cursor.atEnd) {
    const isEnd = cursor.isSymbol(Character.Comma) || cursor.isSymbol(Character.CloseBracket);
    if (depth === 0 && (isEnd || cursor.isSymbol(Character.Semicolon) || cursor.isSymbol(Character.CloseBrace))) return;
    if (cursor.isSymbol(Character.OpenBrace) || cursor.isSymbol(Character.OpenBracket)) depth++;
    else if (cursor.isSymbol(Character.CloseBrace) || cursor.isSymbol(Character.CloseBracket)) depth--;
    cursor.advance();
  }
}
