import type { DiagnosticList, DiagnosticNote } from "../diagnostics/index.ts";
import { Character, TokenKind, type TokenList } from "../lexer/index.ts";

/** Words that start a statement: where a line begins with one, a broken statement before it has ended. */
const STATEMENT_WORDS: ReadonlySet<string> = new Set([
  "syntax", "edition", "import", "package", "option", "message", "enum", "service", "extend", "rpc", "oneof",
  "extensions", "reserved", "optional", "required", "repeated", "map", "export", "local",
]); // biome-ignore format: a list to scan

/** What a report may carry beside its message. */
export interface ReportExtras {
  readonly hint?: string | undefined;
  readonly notes?: readonly DiagnosticNote[] | undefined;
}

/** The parser's place in the tokens of one file, and its manners when something is not as it should be. */
export class Cursor {
  readonly tokens: TokenList;
  readonly #diagnostics: DiagnosticList;
  /** The token that is next to be read. */
  index = 0;
  /** False once a statement was skipped: names may be missing from the tree. */
  complete = true;
  #lastReported = -1;

  constructor(tokens: TokenList, diagnostics: DiagnosticList) {
    this.tokens = tokens;
    this.#diagnostics = diagnostics;
  }

  get kind(): TokenKind {
    return this.tokens.kind(this.index);
  }

  get text(): string {
    return this.tokens.text(this.index);
  }

  get atEnd(): boolean {
    return this.kind === TokenKind.End;
  }

  /** The token read last. */
  get previous(): number {
    return Math.max(0, this.index - 1);
  }

  isSymbol(code: number): boolean {
    return this.kind === TokenKind.Symbol && this.tokens.code(this.index) === code;
  }

  isWord(word: string): boolean {
    return this.kind === TokenKind.Identifier && this.text === word;
  }

  /** Whether the token `distance` tokens on is this symbol. */
  isSymbolAhead(distance: number, code: number): boolean {
    const token = this.index + distance;
    return this.tokens.kind(token) === TokenKind.Symbol && this.tokens.code(token) === code;
  }

  /** Goes on by one token and returns the one left behind. At the end it stays. */
  advance(): number {
    const token = this.index;
    if (!this.atEnd) this.index++;
    return token;
  }

  takeSymbol(code: number): boolean {
    if (!this.isSymbol(code)) return false;
    this.index++;
    return true;
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.index++;
    return true;
  }

  /** Reads a symbol that has to be there; where it is not, says what was expected and stays. */
  expectSymbol(code: number, where: string): boolean {
    if (this.takeSymbol(code)) return true;
    this.unexpected(`\`${String.fromCharCode(code)}\` ${where}`);
    return false;
  }

  /** Whether the token to be read stands on a later line than the one before it. */
  get startsLine(): boolean {
    return this.atEnd || this.tokens.line(this.index) > this.tokens.line(this.previous);
  }

  /**
   * Reads the semicolon behind a statement. Where it is missing, the statement counts as complete if a line or a block
   * ends there; else what stands before the next one is skipped.
   */
  endStatement(what: string): void {
    if (this.takeSymbol(Character.Semicolon)) return;
    const isPlainSlip = this.startsLine || this.isSymbol(Character.CloseBrace);
    if (isPlainSlip) {
      const end = this.tokens.end(this.previous);
      if (!this.tokens.isBroken(this.previous) && this.#mayReport(this.index)) {
        this.#diagnostics.error(this.tokens.source, { start: end, end: end + 1 }, "semicolon-missing", `expected \`;\` behind ${what}`);
      }
      return;
    }
    this.unexpected(`\`;\` behind ${what}`);
    this.skipStatement();
  }

  /** Reports that the next token is not what the grammar has here. */
  unexpected(expected: string, extras?: ReportExtras & { readonly id?: string }): void {
    this.report(extras?.id ?? "syntax", `expected ${expected}, found ${this.#describe()}`, extras);
  }

  /** Reports something about the tokens from `first` to `last`: where not given, the one that is next. */
  report(id: string, message: string, extras?: ReportExtras, first: number = this.index, last: number = first): void {
    if (this.tokens.isBroken(first) || this.tokens.isBroken(first - 1)) return;
    if (!this.#mayReport(first)) return;
    // The end of the file is no place to look at: show what stands before it.
    const isEnd = this.tokens.kind(first) === TokenKind.End && first > 0;
    const at = isEnd ? first - 1 : first;
    this.#diagnostics.error(this.tokens.source, this.tokens.span(at, isEnd ? at : last), id, message, extras);
  }

  /** One report a token: the second would only be what follows from the first. */
  #mayReport(token: number): boolean {
    if (this.#lastReported === token) return false;
    this.#lastReported = token;
    return true;
  }

  #describe(): string {
    if (this.atEnd) return "the end of the file";
    if (this.kind === TokenKind.String) return `the string ${this.text}`;
    return `\`${this.text}\``;
  }

  /** Leaves a statement that cannot be read: goes behind its semicolon or block, or before what ends the block around it. */
  skipStatement(): void {
    this.complete = false;
    const from = this.index;
    while (!this.atEnd) {
      if (this.isSymbol(Character.CloseBrace)) return;
      if (this.takeSymbol(Character.Semicolon)) return;
      if (this.index > from && this.startsLine && this.kind === TokenKind.Identifier && STATEMENT_WORDS.has(this.text)) return;
      if (this.takeSymbol(Character.OpenBrace)) {
        this.#skipBlock();
        return;
      }
      this.index++;
    }
  }

  #skipBlock(): void {
    let depth = 1;
    while (!this.atEnd && depth > 0) {
      if (this.isSymbol(Character.OpenBrace)) depth++;
      else if (this.isSymbol(Character.CloseBrace)) depth--;
      this.index++;
    }
  }
}
