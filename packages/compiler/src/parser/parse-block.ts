import type { EmptyNode, Node } from "../ast/index.ts";
import { Character } from "../lexer/index.ts";
import type { Cursor } from "./cursor.ts";

/** What stands between two braces. */
export interface Block<Element> {
  readonly open: number;
  readonly close: number;
  readonly elements: readonly (Element | EmptyNode)[];
}

/**
 * Reads `{ ... }` with `parseElement` for each statement in it. A statement that cannot be read is skipped; one that was
 * reported and stands for several, or none, gives a list. Undefined where there is nothing like a block.
 */
export function parseBlock<Element extends Node>(
  cursor: Cursor,
  what: string,
  parseElement: (cursor: Cursor) => Element | readonly Element[] | undefined,
): Block<Element> | undefined {
  if (cursor.isSymbol(Character.Semicolon)) {
    cursor.unexpected(`\`{\` behind ${what}`, { hint: "where there is nothing to put into it, write `{}`" });
    const open = cursor.advance();
    return { open, close: open, elements: [] };
  }
  if (!openBlock(cursor, what)) return undefined;
  const open = cursor.previous;
  const elements: (Element | EmptyNode)[] = [];
  while (!cursor.takeSymbol(Character.CloseBrace)) {
    if (cursor.atEnd) {
      cursor.report("brace-missing", `${what} is not closed`, { hint: "add `}` where it ends" }, open);
      break;
    }
    const before = cursor.index;
    if (cursor.skipHashComment()) continue;
    if (cursor.takeSymbol(Character.Semicolon)) {
      elements.push({ kind: "empty", first: before, last: before });
      continue;
    }
    const element = parseElement(cursor);
    if (element === undefined) cursor.skipStatement();
    else if ("first" in element) elements.push(element);
    else elements.push(...element);
    // Whatever happened, go on: a token that nothing takes would be looked at forever.
    if (cursor.index === before) cursor.advance();
  }
  return { open, close: cursor.previous, elements };
}

/** Reads the opening brace. Where it is missing at the end of a line, goes on as if it were there. */
function openBlock(cursor: Cursor, what: string): boolean {
  if (cursor.takeSymbol(Character.OpenBrace)) return true;
  if (!cursor.startsLine || cursor.atEnd) {
    cursor.unexpected(`\`{\` behind ${what}`);
    return false;
  }
  cursor.reportBehind("brace-missing", `expected \`{\` behind ${what}`);
  return true;
}
