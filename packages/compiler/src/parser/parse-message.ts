import type {
  EmptyNode,
  ExtendNode,
  FieldNode,
  MessageBody,
  MessageElement,
  MessageNode,
  OneofNode,
  OptionNode,
  Visibility,
} from "../ast/index.ts";
import { Character, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";
import { reportMiscased } from "./miscased-keyword.ts";
import { parseBlock } from "./parse-block.ts";
import { parseEnum } from "./parse-enum.ts";
import { parseFieldHead } from "./parse-field.ts";
import { parseIdentifier, parseKeyword, parseQualifiedName } from "./parse-name.ts";
import { isOptionWithoutKeyword, parseOptionStatement } from "./parse-option.ts";
import { parseExtensions, parseReserved } from "./parse-ranges.ts";

/** Words that statements of a message begin with, and that are told when they are written with capitals. */
const KEYWORDS: readonly string[] = ["message", "enum", "oneof", "extend", "extensions", "reserved", "option"];
const A_MEMBER = "a field, or another statement of a message";

/** How deep messages may nest: protoc's limit. */
const MAX_DEPTH = 32;

/** Reads a message, from its keyword to its closing brace. */
export function parseMessage(cursor: Cursor, visibility: Visibility | undefined, depth = 0): MessageNode | undefined {
  const keyword = cursor.advance();
  const name = parseIdentifier(cursor, "the message's name");
  if (name === undefined) return undefined;
  if (depth >= MAX_DEPTH - 1) {
    const hint = "define some of them beside each other";
    cursor.report("nesting-too-deep", `messages nest more than ${MAX_DEPTH - 1} deep`, { hint }, keyword);
    return undefined;
  }
  const body = parseMessageBody(cursor, `message \`${name.text}\``, depth);
  if (body === undefined) return undefined;
  return { kind: "message", visibility, name, body, first: visibility?.first ?? keyword, last: cursor.previous };
}

function parseMessageBody(cursor: Cursor, what: string, depth: number): MessageBody | undefined {
  return parseBlock(cursor, what, () => parseMessageElement(cursor, depth + 1), true);
}

function parseMessageElement(cursor: Cursor, depth: number): Exclude<MessageElement, { kind: "empty" }> | undefined {
  // Keywords come first, as in protoc: a field cannot have a type whose name starts with one of them.
  switch (reportMiscased(cursor, KEYWORDS, A_MEMBER) ?? cursor.wordAhead(0)) {
    case "message":
      return parseMessage(cursor, undefined, depth);
    case "enum":
      return parseEnum(cursor, undefined);
    case "extensions":
      return parseExtensions(cursor);
    case "reserved":
      return parseReserved(cursor, false);
    case "extend":
      return parseExtend(cursor, depth);
    case "option":
      return parseOptionStatement(cursor, true);
    case "oneof":
      return parseOneof(cursor, depth);
    case "export":
    case "local":
      return parseWithVisibility(cursor, depth);
    case "rpc":
      if (cursor.isSymbolAhead(1, Character.Equals) || cursor.isSymbolAhead(2, Character.Equals))
        return parseFieldStatement(cursor, depth);
      cursor.report("rpc-outside-service", "`rpc` belongs in a service, not in a message", {
        hint: "move it into a `service` beside the message",
      });
      return undefined;
    case "service":
    case "import":
    case "package":
      if (!startsFileStatement(cursor)) return parseFieldStatement(cursor, depth);
      cursor.report("syntax", `\`${cursor.text}\` belongs at the top of the file, not in a message`);
      return undefined;
    case "struct":
    case "class":
    case "interface":
      if (!cursor.isSymbolAhead(2, Character.OpenBrace)) return parseFieldStatement(cursor, depth);
      cursor.unexpected(A_MEMBER, { hint: "did you mean `message`?" });
      return parseMessage(cursor, undefined, depth);
    default:
      return isOptionWithoutKeyword(cursor) ? parseOptionStatement(cursor) : parseFieldStatement(cursor, depth);
  }
}

/** Whether `service Name {`, `import "..."` or `package name;` is next, rather than a field whose type has such a name. */
function startsFileStatement(cursor: Cursor): boolean {
  if (cursor.isWord("import")) return cursor.tokens.kind(cursor.index + 1) === TokenKind.String;
  const end = cursor.isWord("service") ? [Character.OpenBrace] : [Character.Semicolon, Character.Dot];
  return cursor.wordAhead(1) !== "" && end.some((code) => cursor.isSymbolAhead(2, code));
}

/** Reads `export message ...` or `local enum ...`, or a field whose type has such a name. */
function parseWithVisibility(
  cursor: Cursor,
  depth: number,
): (MessageElement & { kind: "message" | "enum" | "field" }) | undefined {
  const next = cursor.tokens.text(cursor.index + 1);
  if (next !== "message" && next !== "enum") return parseFieldStatement(cursor, depth);
  const visibility = parseKeyword(cursor, "export", "local");
  return next === "message" ? parseMessage(cursor, visibility, depth) : parseEnum(cursor, visibility);
}

/** Reads a field with what ends it: a semicolon, or the body of a group. */
function parseFieldStatement(cursor: Cursor, depth: number): FieldNode | undefined {
  const field = parseFieldHead(cursor);
  if (field === undefined) return undefined;
  if (field.type.kind === "named" && field.type.text === "group") {
    if (depth >= MAX_DEPTH - 1) {
      cursor.report("nesting-too-deep", `messages nest more than ${MAX_DEPTH - 1} deep`, undefined, field.first);
      return undefined;
    }
    const group = parseMessageBody(cursor, `group \`${field.name.text}\``, depth);
    return group === undefined ? undefined : { ...field, group, last: cursor.previous };
  }
  cursor.endStatement(`field \`${field.name.text}\``);
  return { ...field, last: cursor.previous };
}

function parseOneof(cursor: Cursor, depth: number): OneofNode | undefined {
  const first = cursor.advance();
  const name = parseIdentifier(cursor, "the oneof's name");
  if (name === undefined) return undefined;
  if (depth >= MAX_DEPTH - 1) {
    cursor.report("nesting-too-deep", `messages nest more than ${MAX_DEPTH - 1} deep`, undefined, first);
    return undefined;
  }
  const what = `oneof \`${name.text}\``;
  if (cursor.isSymbol(Character.Equals)) {
    const hint = "a oneof has no number: its fields have";
    cursor.unexpected(`\`{\` behind ${what}`, { hint });
    if (cursor.isSymbolAhead(2, Character.OpenBrace)) cursor.index += 2;
  }
  const block = parseBlock<FieldNode | OptionNode>(cursor, what, () => parseOneofElement(cursor, depth), true);
  if (block === undefined) return undefined;
  rejectEmpty(cursor, block.elements);
  return { kind: "oneof", name, open: block.open, elements: block.elements, first, last: cursor.previous };
}

function parseOneofElement(
  cursor: Cursor,
  depth: number,
): FieldNode | OptionNode | readonly (FieldNode | OptionNode)[] | undefined {
  if (reportMiscased(cursor, ["option"], "a field of the oneof") !== undefined)
    return parseOptionStatement(cursor, true);
  if (cursor.isWord("option") || isOptionWithoutKeyword(cursor)) return parseOptionStatement(cursor);
  const isDefinition =
    ["oneof", "message", "enum"].includes(cursor.wordAhead(0)) && cursor.isSymbolAhead(2, Character.OpenBrace);
  if (!isDefinition) return parseFieldStatement(cursor, depth);
  const hint = cursor.isWord("oneof") ? "put the inner one into a message of its own" : "define it beside the oneof";
  cursor.report("oneof-content", `a oneof holds fields only, and no \`${cursor.text}\``, { hint });
  if (!cursor.isWord("oneof")) return undefined;
  return parseOneof(cursor, depth + 1)?.elements.filter((element) => element.kind !== "empty");
}

/** Reads an extend block, in a message or at the top of a file. */
export function parseExtend(cursor: Cursor, depth = 0): ExtendNode | undefined {
  const first = cursor.advance();
  const extendee = parseQualifiedName(cursor, "the message to extend", true);
  if (extendee === undefined) return undefined;
  const block = parseBlock(cursor, `extend \`${extendee.text}\``, () => parseFieldStatement(cursor, depth));
  if (block === undefined) return undefined;
  rejectEmpty(cursor, block.elements);
  const fields = block.elements.filter((element) => element.kind === "field");
  // Where a semicolon stands for the block, that was reported.
  if (block.elements.length === 0 && block.open !== block.close) {
    cursor.report(
      "extend-empty",
      `extend \`${extendee.text}\` has no field`,
      { hint: "an extend block needs at least one" },
      first,
      extendee.last,
    );
  }
  return { kind: "extend", extendee, open: block.open, fields, first, last: cursor.previous };
}

/** A semicolon alone is a statement in most blocks, but not in those that hold fields only. */
function rejectEmpty(cursor: Cursor, elements: readonly (FieldNode | OptionNode | EmptyNode)[]): void {
  for (const element of elements) {
    if (element.kind === "empty") cursor.report("syntax", "expected a field, found `;`", undefined, element.first);
  }
}
