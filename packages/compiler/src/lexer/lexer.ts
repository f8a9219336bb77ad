import type { DiagnosticList } from "../diagnostics/index.ts";
import type { SourceFile } from "../source/index.ts";
import { Character, isBlank, isDigit, isIdentifier, isLetter, isLetterOrDigit } from "./character.ts";
import type { ReportBroken } from "./report-broken.ts";
import { scanNumber } from "./scan-number.ts";
import { isSmartQuote, scanSmartString, scanString } from "./scan-string.ts";
import { TokenKind, TokenList } from "./token-list.ts";

/** Behind these words stands a number, and behind others that are no keywords of values, a name. */
const WORDS_BEFORE_NUMBERS: ReadonlySet<string> = new Set(["to", "reserved", "extensions"]);
const WORD = /[\p{L}\p{M}\p{N}_]*/uy;

/**
 * Splits a file into tokens. Never fails: what it cannot read it reports and leaves out, so that the parser
 * sees the rest.
 */
export function tokenize(source: SourceFile, diagnostics: DiagnosticList): TokenList {
  return new Lexer(source, diagnostics).run();
}

class Lexer {
  readonly #source: SourceFile;
  readonly #text: string;
  readonly #diagnostics: DiagnosticList;
  readonly #tokens: TokenList;
  readonly #hasNul: boolean;
  #at = 0;

  constructor(source: SourceFile, diagnostics: DiagnosticList) {
    this.#source = source;
    this.#text = source.text;
    this.#hasNul = source.text.includes("\0");
    this.#diagnostics = diagnostics;
    this.#tokens = new TokenList(source);
  }

  run(): TokenList {
    const text = this.#text;
    if (text.charCodeAt(0) === Character.ByteOrderMark) this.#at = 1;
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at);
      if (code === Character.LineFeed || isBlank(code)) this.#at++;
      else if (isLetter(code)) this.#identifier();
      else if (isDigit(code) && !this.#namePrecedes()) this.#number();
      else if (isDigit(code)) this.#numberOrName();
      else if (code === Character.Dot && isDigit(text.charCodeAt(this.#at + 1))) this.#number();
      else if (code === Character.DoubleQuote || code === Character.SingleQuote) {
        this.#string(scanString(text, this.#at, this.#breakToken));
      } else if (code === Character.Slash) this.#slash();
      else if (code > Character.Space && code < 0x7f) {
        this.#tokens.add(TokenKind.Symbol, this.#at, this.#at + 1);
        this.#at++;
      } else this.#strange();
    }
    this.#tokens.add(TokenKind.End, text.length, text.length);
    return this.#tokens;
  }

  #identifier(): void {
    const start = this.#at;
    let at = start + 1;
    while (isLetterOrDigit(this.#text.charCodeAt(at))) at++;
    this.#at = at;
    if (this.#text.charCodeAt(at) > 0x7f) this.#foreignWord(start);
    this.#tokens.add(TokenKind.Identifier, start, this.#at);
  }

  /** Reads a word from `start` on, and reports it where it has letters that names do not have. */
  #foreignWord(start: number): void {
    WORD.lastIndex = start;
    const word = WORD.exec(this.#text)?.[0] ?? "";
    if (start + word.length <= this.#at) return;
    this.#at = start + word.length;
    const plain = word.normalize("NFD").replaceAll(/\p{M}/gu, "");
    this.#breakToken(
      start,
      this.#at,
      "name-invalid",
      `\`${word}\` is no name: a name has the letters a to z and A to Z, digits and \`_\``,
      {
        hint: isIdentifier(plain) ? `write \`${plain}\`` : undefined,
      },
    );
  }

  /** Whether the token before is one behind which a name stands, rather than a number. */
  #namePrecedes(): boolean {
    const last = this.#tokens.count - 1;
    if (last < 0 || this.#tokens.end(last) === this.#at) return false;
    if (this.#tokens.kind(last) === TokenKind.Identifier) return !WORDS_BEFORE_NUMBERS.has(this.#tokens.text(last));
    return this.#tokens.kind(last) === TokenKind.Symbol && this.#tokens.code(last) === Character.Greater;
  }

  /** Where a name should stand: `2nd_title` is meant to be one, `2` is not. */
  #numberOrName(): void {
    const start = this.#at;
    this.#skip(isLetterOrDigit);
    const isName =
      /^\d+[A-Za-z_]\w*$/.test(this.#text.slice(start, this.#at)) &&
      !/^0[xX]|^\d+[eE]\d*$/.test(this.#text.slice(start, this.#at));
    if (!isName) {
      this.#at = start;
      this.#number();
      return;
    }
    this.#breakToken(
      start,
      this.#at,
      "name-invalid",
      `\`${this.#text.slice(start, this.#at)}\` is no name: a name starts with a letter`,
    );
    this.#tokens.add(TokenKind.Identifier, start, this.#at);
  }

  #number(): void {
    const start = this.#at;
    const { end, isFloat } = scanNumber(this.#text, start, this.#breakToken);
    this.#at = end;
    this.#tokens.add(isFloat ? TokenKind.Float : TokenKind.Integer, start, end);
  }

  #string(end: number): void {
    this.#tokens.add(TokenKind.String, this.#at, end);
    this.#at = end;
  }

  #slash(): void {
    const text = this.#text;
    const next = text.charCodeAt(this.#at + 1);
    if (next === Character.Slash) {
      const end = text.indexOf("\n", this.#at);
      this.#endComment(this.#at, end < 0 ? text.length : end);
    } else if (next === Character.Asterisk) {
      this.#blockComment();
    } else {
      this.#tokens.add(TokenKind.Symbol, this.#at, this.#at + 1);
      this.#at++;
    }
  }

  #blockComment(): void {
    const text = this.#text;
    const start = this.#at;
    const close = text.indexOf("*/", start + 2);
    const end = close < 0 ? text.length : close;
    const nested = text.indexOf("/*", start + 2);
    if (close < 0) {
      this.#diagnostics.error(
        this.#source,
        { start, end: start + 2 },
        "comment-unterminated",
        "a block comment is not closed",
        {
          hint: "end it with `*/`",
        },
      );
    } else if (nested >= 0 && nested < end) {
      this.#diagnostics.error(
        this.#source,
        { start: nested, end: nested + 2 },
        "comment-nested",
        "`/*` inside a block comment: they do not nest",
      );
    }
    this.#endComment(start, close < 0 ? end : close + 2);
  }

  /** Goes behind a comment. It may have all characters in it but one: protoc takes NUL for the end of the text. */
  #endComment(start: number, end: number): void {
    this.#at = end;
    if (!this.#hasNul) return;
    const nul = this.#text.slice(start, end).indexOf("\0");
    if (nul < 0) return;
    const span = { start: start + nul, end: start + nul + 1 };
    this.#diagnostics.error(this.#source, span, "character-invalid", "a comment contains a NUL character");
  }

  /** A character that no token starts with: reported once for a run of them, and left out. */
  #strange(): void {
    const text = this.#text;
    const start = this.#at;
    if (isSmartQuote(text[start])) {
      this.#string(scanSmartString(text, start, this.#breakToken));
      return;
    }
    this.#foreignWord(start);
    if (this.#at > start) {
      this.#tokens.add(TokenKind.Identifier, start, this.#at);
      return;
    }
    const isControl = text.charCodeAt(start) < 0x20 || text.charCodeAt(start) === 0x7f;
    while (this.#at < text.length && isStrange(text.charCodeAt(this.#at)) && !isSmartQuote(text[this.#at])) {
      this.#at++;
    }
    const run = text.slice(start, this.#at);
    const code = (run.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    const what = isControl ? `a control character (U+${code})` : `\`${run}\` (U+${code})`;
    const message = `${what} cannot stand here: outside of strings and comments a .proto file is ASCII`;
    const isSpace = /^\s+$/.test(run);
    const hint = isControl ? "remove it" : isSpace ? "put a plain space in its place" : undefined;
    this.#diagnostics.error(this.#source, { start, end: this.#at }, "character-invalid", message, { hint });
  }

  #skip(matches: (code: number) => boolean): void {
    while (this.#at < this.#text.length && matches(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  /** Reports something about the token that will be added next. */
  readonly #breakToken: ReportBroken = (start, end, id, message, extras) => {
    this.#tokens.markNextBroken();
    this.#diagnostics.error(this.#source, { start, end }, id, message, extras);
  };
}

function isStrange(code: number): boolean {
  return code >= 0x7f || (code < Character.Space && code !== Character.LineFeed && !isBlank(code));
}
