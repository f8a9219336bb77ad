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
 * Reads `{ ... }` with `parseElement` for each statement in it. A statement that cannot be read is skipped.
 * Undefined where there is no opening brace.
 */
export function parseBlock<Element extends Node>(
  cursor: Cursor,
  what: string,
  parseElement: (cursor: Cursor) => Element | undefined,
): Block<Element> | undefined {
  if (!cursor.expectSymbol(Character.OpenBrace, `behind ${what}`)) return undefined;
  const open = cursor.previous;
  const elements: (Element | EmptyNode)[] = [];
  while (!cursor.takeSymbol(Character.CloseBrace)) {
    if (cursor.atEnd) {
      cursor.report("brace-missing", `${what} is not closed`, { hint: "add `}` where it ends" }, open);
      break;
    }
    const before = cursor.index;
    if (cursor.takeSymbol(Character.Semicolon)) {
      elements.push({ kind: "empty", first: before, last: before });
      continue;
    }
    const element = parseElement(cursor);
    if (element !== undefined) elements.push(element);
    else cursor.skipStatement();
    // Whatever happened, go on: a token that nothing takes would be looked at forever.
    if (cursor.index === before) cursor.advance();
  }
  return { open, close: cursor.previous, elements };
}
