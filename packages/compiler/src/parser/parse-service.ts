import type { MethodNode, NameNode, OptionNode, ServiceNode } from "../ast/index.ts";
import { nearest } from "../diagnostics/index.ts";
import { Character, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { reportMiscased } from "./miscased-keyword.ts";
import { parseBlock } from "./parse-block.ts";
import { parseIdentifier, parseKeyword, parseQualifiedName } from "./parse-name.ts";
import { isOptionWithoutKeyword, parseOptionStatement } from "./parse-option.ts";

/** What other languages call a method. */
const METHOD_WORDS: ReadonlySet<string> = new Set(["def", "fn", "func", "function", "method", "fun"]);

/** Reads a service, from its keyword to its closing brace. */
export function parseService(cursor: Cursor): ServiceNode | undefined {
  const first = cursor.advance();
  const name = parseIdentifier(cursor, "the service's name");
  if (name === undefined) return undefined;
  const block = parseBlock(cursor, `service \`${name.text}\``, parseServiceElement);
  if (block === undefined) return undefined;
  return { kind: "service", name, open: block.open, elements: block.elements, first, last: cursor.previous };
}

function parseServiceElement(cursor: Cursor): MethodNode | OptionNode | undefined {
  if (cursor.isWord("option") || isOptionWithoutKeyword(cursor)) return parseOptionStatement(cursor);
  if (cursor.isWord("rpc")) return parseMethod(cursor, cursor.advance());
  if (cursor.wordAhead(0) !== "" && cursor.isSymbolAhead(1, Character.OpenParenthesis)) {
    cursor.unexpected("`rpc` before the name of a method", { hint: `write \`rpc ${cursor.text}(...)\`` });
    return parseMethod(cursor, cursor.index);
  }
  const near = cursor.kind === TokenKind.Identifier ? nearest(cursor.text, ["rpc", "option"]) : undefined;
  const isKnown = near !== undefined || METHOD_WORDS.has(cursor.wordAhead(0));
  cursor.unexpected("`rpc` or `option` in a service", {
    hint: isKnown ? `did you mean \`${near ?? "rpc"}\`?` : "a method is written `rpc Name(Request) returns (Reply);`",
  });
  if (near === "option") return parseOptionStatement(cursor, true);
  if (!isKnown) return undefined;
  return parseMethod(cursor, cursor.advance());
}

/** Reads a method from its name on; its keyword, where it has one, is `first`. */
function parseMethod(cursor: Cursor, first: number): MethodNode | undefined {
  const name = parseIdentifier(cursor, "the method's name");
  if (name === undefined) return undefined;
  const input = parseMethodType(cursor, name, "takes");
  if (input === undefined) return undefined;
  if (!cursor.takeWord("returns")) {
    const near = cursor.kind === TokenKind.Identifier ? nearest(cursor.text, ["returns"]) : undefined;
    cursor.unexpected("`returns` and the type of the reply", {
      hint:
        near !== undefined
          ? "did you mean `returns`?"
          : `a method is written \`rpc ${name.text}(Request) returns (Reply);\``,
    });
    // A colon or an arrow stands there in other languages.
    while (cursor.isSymbol(Character.Colon) || cursor.isSymbol(Character.Minus) || cursor.isSymbol(Character.Greater))
      cursor.advance();
    if (near !== undefined) cursor.advance();
    else if (!cursor.isSymbol(Character.OpenParenthesis)) return undefined;
  }
  const output = parseMethodType(cursor, name, "returns");
  if (output === undefined) return undefined;
  const body = cursor.isSymbol(Character.OpenBrace)
    ? parseBlock(cursor, `method \`${name.text}\``, parseMethodElement)
    : undefined;
  if (body === undefined) cursor.endStatement(`method \`${name.text}\``);
  return {
    kind: "method",
    name,
    inputStream: input.stream,
    input: input.type,
    outputStream: output.stream,
    output: output.type,
    body,
    first,
    last: cursor.previous,
  };
}

interface MethodType {
  readonly stream: NameNode | undefined;
  readonly type: NameNode;
}

/** Reads `(Type)` or `(stream Type)`. Other ways to write it are reported, and read as far as they are clear. */
function parseMethodType(cursor: Cursor, method: NameNode, verb: "takes" | "returns"): MethodType | undefined {
  const returns = verb === "returns" ? "returns " : "";
  if (cursor.isWord("stream") && cursor.isSymbolAhead(1, Character.OpenParenthesis)) {
    const hint = `write \`${returns}(stream ${cursor.wordAhead(2)})\``;
    cursor.report("stream-place", "`stream` stands inside of the parentheses", { hint });
    const token = cursor.advance();
    cursor.advance();
    return parseInParentheses(cursor, method, verb, { text: "stream", first: token, last: token });
  }
  if (cursor.takeSymbol(Character.OpenParenthesis))
    return parseInParentheses(cursor, method, verb, parseStream(cursor) ?? parseMisspeltStream(cursor));
  const rest = cursor.isWord("stream") ? `stream ${cursor.wordAhead(1)}` : cursor.text;
  const isType = cursor.kind === TokenKind.Identifier;
  cursor.unexpected(`\`(\` before the type that \`${method.text}\` ${verb}`, {
    hint: isType ? `write \`${returns}(${rest})\`` : undefined,
  });
  if (!isType) return undefined;
  const stream = parseStream(cursor);
  const type = parseQualifiedName(cursor, `the message that \`${method.text}\` ${verb}`, true);
  cursor.takeSymbol(Character.CloseParenthesis);
  return type === undefined ? undefined : { stream, type };
}

/** Reads the keyword `stream`; a message may have that name too. */
function parseStream(cursor: Cursor): NameNode | undefined {
  return parseKeyword(cursor, "stream");
}

/** Reads a word that is nearly `stream`, before a type, as what was meant: types mostly begin with a capital. */
function parseMisspeltStream(cursor: Cursor): NameNode | undefined {
  const word = cursor.wordAhead(0);
  const next = cursor.wordAhead(1);
  const isSmall = word === word.toLowerCase() && nearest(word, ["stream"]) !== undefined;
  // `(Stream request)` is a type, and a name that it cannot have.
  const isCapital = word.toLowerCase() === "stream" && /^[A-Z]/.test(next);
  // `(repeated Book)`, as fields have it.
  const isRepeated = word === "repeated";
  if (next === "" || !(isSmall || isCapital || isRepeated)) return undefined;
  cursor.unexpected("`stream`, or a type alone", { hint: "did you mean `stream`?" });
  const token = cursor.advance();
  return { text: "stream", first: token, last: token };
}

/** Reads a type and what closes the parentheses around it. */
function parseInParentheses(
  cursor: Cursor,
  method: NameNode,
  verb: string,
  stream: NameNode | undefined,
): MethodType | undefined {
  const type = parseMessageName(cursor, method, verb);
  if (type === undefined) return undefined;
  if (cursor.takeSymbol(Character.CloseParenthesis)) return { stream, type };
  const isNamed = cursor.kind === TokenKind.Identifier || cursor.isSymbol(Character.Colon);
  if (isNamed || cursor.isSymbol(Character.Comma)) {
    const message = isNamed
      ? "what a method takes and returns has no name"
      : "a method takes one message and returns one";
    const hint = isNamed ? `write the type alone: \`(${type.text})\`` : "define a message that holds them all";
    cursor.report("method-arguments", message, { hint });
    while (!cursor.atEnd && !cursor.isSymbol(Character.CloseParenthesis) && !cursor.isSymbol(Character.Semicolon))
      cursor.advance();
  } else {
    cursor.unexpected(`\`)\` behind \`${type.text}\``);
    if (!cursor.isWord("returns") && !cursor.isSymbol(Character.Semicolon) && !cursor.isSymbol(Character.OpenBrace))
      return undefined;
  }
  cursor.takeSymbol(Character.CloseParenthesis);
  return { stream, type };
}

function parseMessageName(cursor: Cursor, method: NameNode, verb: string): NameNode | undefined {
  const what = `the message that \`${method.text}\` ${verb}`;
  if (!cursor.isSymbol(Character.CloseParenthesis)) return parseQualifiedName(cursor, what, true);
  cursor.unexpected(what, {
    hint: 'for nothing there is `google.protobuf.Empty`, with `import "google/protobuf/empty.proto";`',
  });
  cursor.advance();
  return undefined;
}

function parseMethodElement(cursor: Cursor): OptionNode | undefined {
  const expected = "`option` in the braces of a method";
  if (cursor.isWord("option") || reportMiscased(cursor, ["option"], expected) !== undefined)
    return parseOptionStatement(cursor, true);
  cursor.unexpected(expected);
  return undefined;
}
