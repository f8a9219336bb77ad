/**
 * Text to tokens, and tokens to the values they stand for. Comments are not tokens: source-info/ reads them
 * from the text between two. Start with lexer.ts.
 */
export { Character, isBlank, isIdentifier } from "./character.ts";
export { tokenize } from "./lexer.ts";
export { readInteger, readNumber } from "./number-literal.ts";
export { readStringLiteral, type StringContents } from "./string-literal.ts";
export { TokenKind, TokenList } from "./token-list.ts";
