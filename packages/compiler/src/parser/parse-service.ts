import type { MethodNode, NameNode, OptionNode, ServiceNode } from "../ast/index.ts";
import { nearest } from "../diagnostics/index.ts";
import { Character, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { parseBlock } from "./parse-block.ts";
import { parseIdentifier, parseKeyword, parseQualifiedName } from "./parse-name.ts";
import { parseOptionStatement } from "./parse-option.ts";

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
  if (cursor.isWord("option")) return parseOptionStatement(cursor);
  if (cursor.isWord("rpc")) return parseMethod(cursor);
  const near = cursor.kind === TokenKind.Identifier ? nearest(cursor.text, ["rpc", "option"]) : undefined;
  cursor.unexpected("`rpc` or `option` in a service", {
    hint: near !== undefined ? `did you mean \`${near}\`?` : "a method is written `rpc Name(Request) returns (Reply);`",
  });
  if (near === "rpc") return parseMethod(cursor);
  return undefined;
}

function parseMethod(cursor: Cursor): MethodNode | undefined {
  const first = cursor.advance();
  const name = parseIdentifier(cursor, "the method's name");
  if (name === undefined) return undefined;
  const input = parseMethodType(cursor, name, "takes");
  if (input === undefined) return undefined;
  if (!cursor.takeWord("returns")) {
    const near = cursor.kind === TokenKind.Identifier ? nearest(cursor.text, ["returns"]) : undefined;
    cursor.unexpected("`returns` and the type of the reply", {
      hint: near !== undefined ? "did you mean `returns`?" : `a method is written \`rpc ${name.text}(Request) returns (Reply);\``,
    });
    if (near === undefined) return undefined;
    cursor.advance();
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

/** Reads `(Type)` or `(stream Type)`. Without the parentheses it is reported, and read all the same. */
function parseMethodType(
  cursor: Cursor,
  method: NameNode,
  verb: "takes" | "returns",
): { readonly stream: NameNode | undefined; readonly type: NameNode } | undefined {
  const hasParenthesis = cursor.takeSymbol(Character.OpenParenthesis);
  if (!hasParenthesis) {
    const rest = cursor.isWord("stream") ? `stream ${cursor.tokens.text(cursor.index + 1)}` : cursor.text;
    const isType = cursor.kind === TokenKind.Identifier;
    cursor.unexpected(`\`(\` before the type that \`${method.text}\` ${verb}`, {
      hint: isType ? `write \`${verb === "returns" ? "returns " : ""}(${rest})\`` : undefined,
    });
    if (!isType) return undefined;
  }
  const stream = parseKeyword(cursor, "stream");
  const type = parseQualifiedName(cursor, `the message that \`${method.text}\` ${verb}`, true);
  if (type === undefined) return undefined;
  if (hasParenthesis) {
    if (!cursor.expectSymbol(Character.CloseParenthesis, `behind \`${type.text}\``)) return undefined;
  } else cursor.takeSymbol(Character.CloseParenthesis);
  return { stream, type };
}

function parseMethodElement(cursor: Cursor): OptionNode | undefined {
  if (cursor.isWord("option")) return parseOptionStatement(cursor);
  cursor.unexpected("`option` in the braces of a method");
  return undefined;
}
