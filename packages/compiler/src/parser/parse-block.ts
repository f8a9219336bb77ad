import type { EmptyNode, Node } from "../ast/index.ts";
import { Character, TokenKind } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";

/** What stands between two braces. */
export interface Block<Element> {
  readonly open: number;
  readonly close: number;
  readonly elements: readonly (Element | EmptyNode)[];
}

/**
 * Reads `{ ... }` with `parseElement` for each statement in it. A statement that cannot be read is skipped; one that was
 * reported and stands for several, or none, gives a list. Undefined where there is nothing like a block; one that was not
 * opened ends where it starts.
 *
 * @param mayDefine whether messages and enums may stand in it; if not, one that starts a line shows that it is not closed
 */
export function parseBlock<Element extends Node>(
  cursor: Cursor,
  what: string,
  parseElement: (cursor: Cursor) => Element | readonly Element[] | undefined,
  mayDefine = false,
): Block<Element> | undefined {
  if (cursor.isSymbol(Character.Semicolon)) {
    cursor.unexpected(`\`{\` behind ${what}`, { hint: "where there is nothing to put into it, write `{}`" });
    const open = cursor.advance();
    return { open, close: open, elements: [] };
  }
  const opening = openBlock(cursor, what);
  if (opening === "none") return undefined;
  const open = cursor.previous;
  const elements: (Element | EmptyNode)[] = [];
  if (opening === "empty") return { open, close: open, elements };
  while (!cursor.takeSymbol(Character.CloseBrace)) {
    if (cursor.atEnd || (startsOutside(cursor, mayDefine) && !cursor.isClosed(open))) {
      const isOpened = opening === "brace";
      if (isOpened) cursor.report("brace-missing", `${what} is not closed`, { hint: "add `}` where it ends" }, open);
      break;
    }
    const before = cursor.index;
    if (cursor.skipForeignLine()) continue;
    if (cursor.takeSymbol(Character.Semicolon)) {
      elements.push({ kind: "empty", first: before, last: before });
      continue;
    }
    const element = parseElement(cursor);
    if (element === undefined) cursor.skipStatement(before);
    else if ("first" in element) elements.push(element);
    else for (const one of element) elements.push(one);
    // Whatever happened, go on: a token that nothing takes would be looked at forever.
    if (cursor.index === before) cursor.advance();
  }
  return { open, close: cursor.previous, elements };
}

/**
 * Reads the opening brace. Where it is missing at the end of a line, the block is what is further indented: goes on as if
 * the brace were there, or as if the block were empty.
 */
function openBlock(cursor: Cursor, what: string): "brace" | "indentation" | "empty" | "none" {
  if (cursor.takeSymbol(Character.OpenBrace)) return "brace";
  if (!cursor.startsLine || cursor.atEnd) {
    cursor.unexpected(`\`{\` behind ${what}`);
    return "none";
  }
  cursor.reportBehind("brace-missing", `expected \`{\` behind ${what}`);
  const isClosed = cursor.isSymbol(Character.CloseBrace);
  const isIndented = cursor.indentationOf(cursor.index) > cursor.indentationOf(cursor.previous);
  return isIndented || isClosed ? "indentation" : "empty";
}

/** Whether a line starts what cannot stand in the block that is being read: that has no end, then. */
function startsOutside(cursor: Cursor, mayDefine: boolean): boolean {
  const word = cursor.wordAhead(0);
  if (word === "import") return cursor.startsLine && cursor.tokens.kind(cursor.index + 1) === TokenKind.String;
  const isDefinition = word === "service" || (!mayDefine && (word === "message" || word === "enum"));
  if (!isDefinition || !cursor.startsLine) return false;
  return cursor.wordAhead(1) !== "" && cursor.isSymbolAhead(2, Character.OpenBrace);
}
