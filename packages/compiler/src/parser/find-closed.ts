import { Character, TokenKind, type TokenList } from "../lexer/index.ts";

/** The opening braces of a file that a closing one belongs to, whatever stands between the two. */
export function findClosed(tokens: TokenList): ReadonlySet<number> {
  const closed = new Set<number>();
  const open: number[] = [];
  for (let token = 0; token < tokens.count; token++) {
    if (tokens.kind(token) !== TokenKind.Symbol) continue;
    if (tokens.code(token) === Character.OpenBrace) open.push(token);
    const last = tokens.code(token) === Character.CloseBrace ? open.pop() : undefined;
    if (last !== undefined) closed.add(last);
  }
  return closed;
}
