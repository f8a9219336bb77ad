import type {
  FieldValueNameNode,
  FieldValueNode,
  ListValueNode,
  MessageValueNode,
  ScalarValueNode,
} from "../ast/index.ts";
import { Character, readStringLiteral, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { findValueEnd } from "./find-value-end.ts";
import { parseQualifiedName } from "./parse-name.ts";
import { parseScalarValue } from "./parse-value.ts";

/** Deeper nesting no reader of descriptors takes: 100 messages is their limit, and protoc's. */
const MAX_DEPTH = 99;

/** Reads a message in text format, its braces included. What cannot be read in it is reported and left out. */
export function parseMessageValue(cursor: Cursor): MessageValueNode {
  const first = cursor.index;
  const { token, isClosed } = findValueEnd(cursor);
  if (isClosed) {
    const value = new MessageValueParser(cursor, token).parse(0);
    if (cursor.index <= token && value.problem === undefined) {
      // An opening brace in a comment has one that closes it behind the comment, which is one too many.
      cursor.index = cursor.previous;
      cursor.unexpected("a field name");
    }
    cursor.index = token + 1;
    return { ...value, last: token };
  }
  cursor.report("brace-missing", "a message value is not closed", { hint: "add `}` where it ends" });
  cursor.index = token;
  return { kind: "message", fields: [], problem: "unclosed", first, last: cursor.previous };
}

class MessageValueParser {
  readonly #cursor: Cursor;
  /** The brace that closes the outermost message. */
  readonly #end: number;

  constructor(cursor: Cursor, end: number) {
    this.#cursor = cursor;
    this.#end = end;
  }

  /** Reads a message in braces or, inside another, angle brackets. */
  parse(depth: number): MessageValueNode {
    const cursor = this.#cursor;
    const first = cursor.index;
    if (depth > MAX_DEPTH) return this.#skipTooDeep();
    const close = cursor.isSymbol(Character.Less) ? Character.Greater : Character.CloseBrace;
    cursor.advance();
    const fields: FieldValueNode[] = [];
    let isBroken = false;
    for (this.#skipComments(); !this.#takeEnd(close); this.#skipComments()) {
      const before = cursor.index;
      const field = this.#field(depth);
      if (field !== undefined) fields.push(field);
      else {
        isBroken = true;
        this.#skipField();
      }
      this.#skipComments();
      if (!cursor.takeSymbol(Character.Comma)) cursor.takeSymbol(Character.Semicolon);
      if (cursor.index === before) cursor.advance();
    }
    const last = Math.min(cursor.previous, this.#end);
    return { kind: "message", fields, problem: isBroken ? "broken" : undefined, first, last };
  }

  /** Goes behind the symbol that closes a message. Where another one does, that is left to what is around it. */
  #takeEnd(close: number): boolean {
    const cursor = this.#cursor;
    if (cursor.index > this.#end || cursor.takeSymbol(close)) return true;
    if (!cursor.isSymbol(Character.CloseBrace)) return false;
    cursor.unexpected("`>` behind a message");
    return true;
  }

  #field(depth: number): FieldValueNode | undefined {
    const cursor = this.#cursor;
    const name = this.#name();
    if (name === undefined) return undefined;
    this.#skipComments();
    const hasColon = cursor.takeSymbol(Character.Colon);
    this.#skipComments();
    const isList = cursor.isSymbol(Character.OpenBracket);
    if (!hasColon && !this.#isOpening && !(isList && name.kind !== "any")) {
      cursor.unexpected(`\`:\` and a value behind \`${name.text}\``);
      return undefined;
    }
    const value = isList ? this.#list(depth) : this.#value(depth);
    return value === undefined ? undefined : { name, hasColon, value, first: name.first, last: cursor.previous };
  }

  /** Reads `name`, `[extension.name]` or `[type.googleapis.com/message.Name]`. */
  #name(): FieldValueNameNode | undefined {
    const cursor = this.#cursor;
    const first = cursor.index;
    if (!cursor.takeSymbol(Character.OpenBracket)) {
      if (cursor.kind !== TokenKind.Identifier) {
        cursor.unexpected("a field name");
        return undefined;
      }
      return { kind: "field", text: cursor.text, urlPrefix: "", first, last: cursor.advance() };
    }
    const name = parseQualifiedName(cursor, "the name of an extension or a type", false);
    const hasSlash = name !== undefined && cursor.takeSymbol(Character.Slash);
    const type = hasSlash ? parseQualifiedName(cursor, "the name of a type behind `/`", false) : name;
    if (name === undefined || type === undefined) return undefined;
    if (!cursor.expectSymbol(Character.CloseBracket, `behind \`${type.text}\``)) return undefined;
    const kind = hasSlash ? "any" : "extension";
    return { kind, text: type.text, urlPrefix: hasSlash ? name.text : "", first, last: cursor.previous };
  }

  #value(depth: number): ScalarValueNode | MessageValueNode | undefined {
    if (this.#isOpening) return this.parse(depth + 1);
    if (this.#cursor.kind !== TokenKind.String) return parseScalarValue(this.#cursor, "a value");
    return this.#string();
  }

  /** Strings that follow each other are one, comments between them or not. */
  #string(): ScalarValueNode {
    const cursor = this.#cursor;
    const first = cursor.index;
    let last = first;
    const literals: string[] = [];
    while (cursor.kind === TokenKind.String) {
      literals.push(cursor.tokens.rawText(cursor.index));
      last = cursor.advance();
      this.#skipComments();
    }
    return { kind: "string", ...readStringLiteral(literals), first, last };
  }

  #list(depth: number): ListValueNode | undefined {
    const cursor = this.#cursor;
    const first = cursor.advance();
    const values: (ScalarValueNode | MessageValueNode)[] = [];
    this.#skipComments();
    if (!cursor.isSymbol(Character.CloseBracket)) {
      do {
        this.#skipComments();
        const value = this.#value(depth);
        if (value === undefined) return undefined;
        values.push(value);
        this.#skipComments();
      } while (cursor.takeSymbol(Character.Comma));
    }
    if (!cursor.expectSymbol(Character.CloseBracket, "or `,` in a list")) return undefined;
    return { kind: "list", values, first, last: cursor.previous };
  }

  get #isOpening(): boolean {
    return this.#cursor.isSymbol(Character.OpenBrace) || this.#cursor.isSymbol(Character.Less);
  }

  /** In text format `#` starts a comment, which the lexer of .proto files does not know. */
  #skipComments(): void {
    const cursor = this.#cursor;
    while (cursor.isSymbol(Character.Hash)) {
      const line = cursor.tokens.line(cursor.index);
      while (cursor.index < this.#end && cursor.tokens.line(cursor.index) === line) cursor.advance();
    }
  }

  /** Leaves a field that cannot be read: goes before what separates or closes, or before what looks like the next field. */
  #skipField(): void {
    const cursor = this.#cursor;
    let depth = 0;
    for (const from = cursor.index; cursor.index < this.#end; cursor.advance()) {
      if (depth === 0 && cursor.index > from && this.#startsField) return;
      if (depth === 0 && [Character.Comma, Character.Semicolon].some((code) => cursor.isSymbol(code))) return;
      if ([Character.OpenBrace, Character.Less, Character.OpenBracket].some((code) => cursor.isSymbol(code))) depth++;
      if (![Character.CloseBrace, Character.Greater, Character.CloseBracket].some((code) => cursor.isSymbol(code)))
        continue;
      if (depth === 0 && !cursor.isSymbol(Character.CloseBracket)) return;
      depth = Math.max(0, depth - 1);
    }
  }

  /** Whether a line starts with `name:` or `name {`. */
  get #startsField(): boolean {
    const cursor = this.#cursor;
    const isBehind = cursor.isSymbolAhead(1, Character.Colon) || cursor.isSymbolAhead(1, Character.OpenBrace);
    return isBehind && cursor.kind === TokenKind.Identifier && cursor.startsLine;
  }

  #skipTooDeep(): MessageValueNode {
    const cursor = this.#cursor;
    const first = cursor.index;
    cursor.report("nesting-too-deep", `messages nest more than ${MAX_DEPTH + 1} deep in an option's value`);
    let depth = 0;
    do {
      if (this.#isOpening) depth++;
      else if (cursor.isSymbol(Character.CloseBrace) || cursor.isSymbol(Character.Greater)) depth--;
      cursor.advance();
    } while (depth > 0 && cursor.index < this.#end);
    return { kind: "message", fields: [], problem: "broken", first, last: cursor.previous };
  }
}
