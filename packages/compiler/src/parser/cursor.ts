import type { DiagnosticList, DiagnosticNote } from "../diagnostics/index.ts";
import { Character, TokenKind, type TokenList } from "../lexer/index.ts";
import { findClosed } from "./find-closed.ts";

/** Words that start a statement: where a line begins with one, a broken statement before it has ended. */
// biome-ignore format: a list to scan
const STATEMENT_WORDS: ReadonlySet<string> = new Set([
  "syntax", "edition", "import", "package", "option", "message", "enum", "service", "extend", "rpc", "oneof",
  "extensions", "reserved", "optional", "required", "repeated", "map", "export", "local",
]);

/** Words that define a name, or bring some in. */
const DEFINING_WORDS: ReadonlySet<string> = new Set(["message", "enum", "group", "extend", "import", "package"]);

/** What git writes around and between the sides of a conflict. */
const CONFLICT_END = ">>>>>>>";
const CONFLICT_MARKS: readonly string[] = ["<<<<<<<", "|||||||", "=======", CONFLICT_END];

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
  /** Where the last conflict ends, once that was asked for. */
  #lastConflictEnd: number | undefined;
  /** The opening braces that are closed, once that was asked for. */
  #closed: ReadonlySet<number> | undefined;

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

  /** The text of the token `distance` tokens on where that is a name or keyword; else nothing. */
  wordAhead(distance: number): string {
    const token = this.index + distance;
    return this.tokens.kind(token) === TokenKind.Identifier ? this.tokens.text(token) : "";
  }

  /** Whether nothing stands between the token `distance` tokens on and the one before it. */
  isAdjacent(distance = 0): boolean {
    const token = this.index + distance;
    return (
      token > 0 && this.tokens.kind(token) !== TokenKind.End && this.tokens.start(token) === this.tokens.end(token - 1)
    );
  }

  /** Goes behind the tokens that follow without a space, as far as `mayTake` says, and returns the text from `first` on. */
  takeAdjacent(first: number, mayTake: () => boolean): string {
    while (!this.atEnd && this.isAdjacent() && mayTake()) this.advance();
    return this.textOf(first, this.previous);
  }

  /** The text from token `first` to token `last`. */
  textOf(first: number, last: number): string {
    return this.tokens.source.text.slice(this.tokens.start(first), this.tokens.end(last));
  }

  /** How far the line of a token is indented, in characters. */
  indentationOf(token: number): number {
    const { source } = this.tokens;
    const { start, end } = source.lineSpan(this.tokens.line(token));
    return source.text.slice(start, end).search(/\S|$/);
  }

  /** Whether some brace closes the one at `open`, counting all that stand between them. */
  isClosed(open: number): boolean {
    this.#closed ??= findClosed(this.tokens);
    return this.#closed.has(open);
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
    if (this.startsLine || this.isSymbol(Character.CloseBrace)) {
      this.reportBehind("semicolon-missing", `expected \`;\` behind ${what}`);
      // What follows is a statement of its own, with slips of its own.
      this.#lastReported = -1;
      return;
    }
    if (this.isSymbol(Character.Comma) && this.endsLine) {
      this.report("semicolon-missing", `expected \`;\` behind ${what}, found \`,\``, {
        hint: "statements end with `;`",
      });
      this.advance();
      return;
    }
    const hint = this.isSymbol(Character.Comma) ? "statements end with `;`" : undefined;
    this.unexpected(`\`;\` behind ${what}`, { hint });
    this.skipStatement();
  }

  /** Whether the token to be read is the last of its line, or of its block. */
  get endsLine(): boolean {
    const next = this.index + 1;
    return (
      this.tokens.kind(next) === TokenKind.End ||
      this.tokens.line(next) > this.tokens.line(this.index) ||
      this.isSymbolAhead(1, Character.CloseBrace)
    );
  }

  /** Reports that something is missing behind the token read last. */
  reportBehind(id: string, message: string, extras?: ReportExtras): void {
    if (this.tokens.isBroken(this.previous) || !this.#mayReport(this.index)) return;
    const { source } = this.tokens;
    const start = this.tokens.end(this.previous);
    this.#diagnostics.error(source, { start, end: Math.min(start + 1, source.text.length) }, id, message, extras);
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

  /** Skips a line that no .proto file has: a comment of other languages, or what a version control system leaves. */
  skipForeignLine(): boolean {
    if (this.isSymbol(Character.Hash)) {
      const last = this.#lastOfLine();
      this.report("comment-hash", "`#` starts no comment", { hint: "write `//`" }, this.index, last);
      this.index = last + 1;
      return true;
    }
    const marker = this.#conflictMarker;
    if (marker === undefined) return false;
    const { text } = this.tokens.source;
    this.#lastConflictEnd ??= text.lastIndexOf(`\n${CONFLICT_END}`);
    // The other side of a conflict that was reported defines the same once more: it is passed over.
    const isOtherSide = (marker === "=" || marker === "|") && this.tokens.start(this.index) < this.#lastConflictEnd;
    if (isOtherSide) while (this.#conflictMarker !== ">" && !this.atEnd) this.index++;
    const last = this.#lastOfLine();
    if (!isOtherSide) {
      const hint = "keep one of the two sides, and remove the lines with the markers";
      this.report("conflict-marker", "a conflict of two versions is not resolved here", { hint }, this.index, last);
    }
    this.index = last + 1;
    return true;
  }

  /** The character of which seven begin the line that is next, as git marks conflicts; undefined where none does. */
  get #conflictMarker(): string | undefined {
    if (this.index > 0 && !this.startsLine) return undefined;
    const { source } = this.tokens;
    const start = this.tokens.start(this.index);
    return CONFLICT_MARKS.find((mark) => source.text.startsWith(mark, start))?.[0];
  }

  get #isForeignLine(): boolean {
    return this.isSymbol(Character.Hash) || this.#conflictMarker !== undefined;
  }

  #lastOfLine(): number {
    const line = this.tokens.line(this.index);
    let last = this.index;
    while (this.tokens.kind(last + 1) !== TokenKind.End && this.tokens.line(last + 1) === line) last++;
    return last;
  }

  #describe(): string {
    if (this.atEnd) return "the end of the file";
    if (this.kind === TokenKind.String) return `the string ${this.text}`;
    return `\`${this.text}\``;
  }

  /**
   * Leaves a statement that cannot be read: goes behind its semicolon or block, or before what ends the block around it.
   *
   * @param first where the statement starts, of which some may have been read
   */
  skipStatement(first: number = this.index): void {
    this.#goBehindStatement();
    if (this.complete) this.complete = !this.#mayDefine(first);
  }

  /** Whether a skipped statement may have defined, or imported, something that is now missing. */
  #mayDefine(first: number): boolean {
    const { tokens } = this;
    if (tokens.kind(first) === TokenKind.Identifier && tokens.text(first) === "option") return false;
    for (let token = first; token < this.index; token++) {
      const kind = tokens.kind(token);
      if (kind === TokenKind.Symbol && tokens.code(token) === Character.OpenBrace) return true;
      if (kind === TokenKind.Identifier && DEFINING_WORDS.has(tokens.text(token))) return true;
    }
    return false;
  }

  #goBehindStatement(): void {
    const from = this.index;
    while (!this.atEnd) {
      if (this.isSymbol(Character.CloseBrace)) return;
      if (this.index > from && this.startsLine && this.kind === TokenKind.Symbol && this.#isForeignLine) return;
      if (this.takeSymbol(Character.Semicolon)) return;
      if (this.index > from && this.startsLine && this.kind === TokenKind.Identifier && STATEMENT_WORDS.has(this.text))
        return;
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
