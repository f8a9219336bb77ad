import type { Span } from "../diagnostics/index.ts";
import type { SourceFile } from "../source/index.ts";

/** What a token is. Keywords are identifiers: protobuf reserves none. */
export const TokenKind = { End: 0, Identifier: 1, Integer: 2, Float: 3, String: 4, Symbol: 5 } as const;
export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

const FIRST_CAPACITY = 256;

/**
 * The tokens of one file, without comments and white space. Arrays of numbers, not objects: a large file has
 * a million of them. A token is named by its index; the last one is of kind `End`.
 */
export class TokenList {
  readonly source: SourceFile;
  #count = 0;
  #kinds = new Uint8Array(FIRST_CAPACITY);
  #starts = new Int32Array(FIRST_CAPACITY);
  #ends = new Int32Array(FIRST_CAPACITY);
  readonly #broken = new Set<number>();

  constructor(source: SourceFile) {
    this.source = source;
  }

  get count(): number {
    return this.#count;
  }

  kind(token: number): TokenKind {
    return (this.#kinds[token] ?? TokenKind.End) as TokenKind;
  }

  /** Where the token starts in the source text. */
  start(token: number): number {
    return this.#starts[token] ?? 0;
  }

  /** Where the token ends in the source text: the offset behind its last character. */
  end(token: number): number {
    return this.#ends[token] ?? 0;
  }

  text(token: number): string {
    return this.source.text.slice(this.start(token), this.end(token));
  }

  /** The text of the token, with bytes that are no UTF-8 kept. */
  rawText(token: number): string {
    return this.source.rawText(this.start(token), this.end(token));
  }

  /** The code of the first character, which is all there is to a symbol. */
  code(token: number): number {
    return this.source.text.charCodeAt(this.start(token));
  }

  line(token: number): number {
    return this.source.lineAt(this.start(token));
  }

  /** The range of text from token `first` to token `last`, both included. */
  span(first: number, last: number = first): Span {
    return { start: this.start(first), end: Math.max(this.end(last), this.start(first)) };
  }

  /** Whether something about the token has been reported already, so that what follows from it need not be. */
  isBroken(token: number): boolean {
    return this.#broken.has(token);
  }

  /** Called by the lexer, in the order of the text. */
  add(kind: TokenKind, start: number, end: number): void {
    if (this.#count === this.#kinds.length) this.#grow();
    this.#kinds[this.#count] = kind;
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    this.#count++;
  }

  /** Called by the lexer for the token that it is about to add. */
  markNextBroken(): void {
    this.#broken.add(this.#count);
  }

  #grow(): void {
    const capacity = this.#kinds.length * 2;
    const kinds = new Uint8Array(capacity);
    const starts = new Int32Array(capacity);
    const ends = new Int32Array(capacity);
    kinds.set(this.#kinds);
    starts.set(this.#starts);
    ends.set(this.#ends);
    this.#kinds = kinds;
    this.#starts = starts;
    this.#ends = ends;
  }
}
