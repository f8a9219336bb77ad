import type { DiagnosticList } from "../diagnostics/index.ts";
import type { SourceFile } from "../source/index.ts";
import {
  Character,
  isBlank,
  isDigit,
  isHexDigit,
  isIdentifier,
  isLetter,
  isLetterOrDigit,
  isOctalDigit,
} from "./character.ts";
import { TokenKind, TokenList } from "./token-list.ts";

/** Behind these words stands a number, and behind others that are no keywords of values, a name. */
const WORDS_BEFORE_NUMBERS: ReadonlySet<string> = new Set(["to", "reserved", "extensions"]);
const WORD = /[\p{L}\p{M}\p{N}_]*/uy;
const SMART_QUOTES = "\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb";

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
  #at = 0;

  constructor(source: SourceFile, diagnostics: DiagnosticList) {
    this.#source = source;
    this.#text = source.text;
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
      else if (code === Character.DoubleQuote || code === Character.SingleQuote) this.#string(code);
      else if (code === Character.Slash) this.#slash();
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
    const text = this.#text;
    const start = this.#at;
    const second = text.charCodeAt(start + 1);
    let isFloat = false;
    if (text.charCodeAt(start) === 0x30 && (second === 0x78 || second === 0x58)) {
      this.#at = start + 2;
      this.#skip(isHexDigit);
      if (this.#at === start + 2)
        this.#breakToken(start, this.#at, "number-invalid", "a hexadecimal number has no digits behind `0x`");
    } else if (text.charCodeAt(start) === 0x30 && isDigit(second)) {
      this.#skip(isOctalDigit);
      if (isDigit(text.charCodeAt(this.#at))) {
        this.#skip(isDigit);
        this.#breakToken(
          start,
          this.#at,
          "number-invalid",
          "a number that starts with 0 is octal and may have the digits 0 to 7 only",
        );
      }
    } else {
      isFloat = this.#decimal();
    }
    this.#endOfNumber(start, isFloat);
    this.#tokens.add(isFloat ? TokenKind.Float : TokenKind.Integer, start, this.#at);
  }

  /** Reads digits, fraction and exponent; true when there is a fraction or an exponent. */
  #decimal(): boolean {
    const text = this.#text;
    let isFloat = false;
    this.#skip(isDigit);
    if (text.charCodeAt(this.#at) === Character.Dot) {
      isFloat = true;
      this.#at++;
      this.#skip(isDigit);
    }
    const letter = text.charCodeAt(this.#at);
    if (letter === 0x65 || letter === 0x45) {
      isFloat = true;
      this.#at++;
      const sign = text.charCodeAt(this.#at);
      if (sign === Character.Plus || sign === Character.Minus) this.#at++;
      const digits = this.#at;
      this.#skip(isDigit);
      if (this.#at === digits) this.#breakToken(digits - 1, digits, "number-invalid", "an exponent has no digits");
    }
    return isFloat;
  }

  /** A number must end where its token ends: `1st` and `1.2.3` are no numbers with something behind them. */
  #endOfNumber(start: number, isFloat: boolean): void {
    const next = this.#text.charCodeAt(this.#at);
    if (isLetter(next)) {
      const letters = this.#at;
      this.#skip(isLetterOrDigit);
      this.#breakToken(letters, this.#at, "number-invalid", "a number and a name need a space between them");
    } else if (next === Character.Dot) {
      const dot = this.#at;
      this.#skip((code) => code === Character.Dot || isDigit(code));
      const what = isFloat
        ? "a number has one decimal point or exponent"
        : "hexadecimal and octal numbers are integers";
      this.#breakToken(start, Math.max(this.#at, dot + 1), "number-invalid", what);
    }
  }

  #string(quote: number): void {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        at++;
        break;
      }
      if (at >= text.length || code === Character.LineFeed) {
        if (text.charCodeAt(at - 1) === Character.CarriageReturn) at--;
        this.#breakToken(start, at, "string-unterminated", "a string is not closed on its line", {
          hint: `put ${quote === Character.DoubleQuote ? '`"`' : "`'`"} at its end; longer text goes into several strings, one behind the other`,
        });
        break;
      }
      if (code === 0 && text.charCodeAt(at - 1) !== 0) {
        this.#breakToken(at, at + 1, "character-invalid", "a string contains a NUL character; write it as `\\0`");
      }
      at += code === Character.Backslash && at + 1 < text.length ? this.#escape(at) : 1;
    }
    this.#at = at;
    this.#tokens.add(TokenKind.String, start, at);
  }

  /** Checks the escape at `at` and returns how many characters to go on by. */
  #escape(at: number): number {
    const text = this.#text;
    const code = text.charCodeAt(at + 1);
    const letter = text[at + 1] ?? "";
    if (code === Character.LineFeed) return 1;
    if ("abfnrtv\\?'\"".includes(letter) || isOctalDigit(code)) return 2;
    if (letter === "x" || letter === "X") {
      if (isHexDigit(text.charCodeAt(at + 2))) return 3;
      this.#breakToken(at, at + 2, "escape-invalid", `\`\\${letter}\` needs one or two hexadecimal digits behind it`);
      return 2;
    }
    const digits = letter === "u" ? 4 : letter === "U" ? 8 : 0;
    if (digits > 0) {
      const hex = text.slice(at + 2, at + 2 + digits);
      const value = /^[0-9a-fA-F]+$/.test(hex) && hex.length === digits ? Number.parseInt(hex, 16) : Number.NaN;
      if (value <= 0x10ffff) return 2 + digits;
      this.#breakToken(
        at,
        at + 2,
        "escape-invalid",
        `\`\\${letter}\` needs ${digits} hexadecimal digits behind it, up to 10ffff`,
      );
      return 2;
    }
    this.#breakToken(at, at + 2, "escape-invalid", `\`\\${letter}\` is no escape`, {
      hint: "a backslash itself is written `\\\\`",
    });
    return 2;
  }

  #slash(): void {
    const text = this.#text;
    const next = text.charCodeAt(this.#at + 1);
    if (next === Character.Slash) {
      const end = text.indexOf("\n", this.#at);
      this.#at = end < 0 ? text.length : end;
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
    this.#at = close < 0 ? end : close + 2;
  }

  /** A character that no token starts with: reported once for a run of them, and left out. */
  #strange(): void {
    const text = this.#text;
    const start = this.#at;
    if (SMART_QUOTES.includes(text[start] ?? "")) {
      this.#smartQuote();
      return;
    }
    this.#foreignWord(start);
    if (this.#at > start) {
      this.#tokens.add(TokenKind.Identifier, start, this.#at);
      return;
    }
    const isControl = text.charCodeAt(start) < 0x20 || text.charCodeAt(start) === 0x7f;
    while (
      this.#at < text.length &&
      isStrange(text.charCodeAt(this.#at)) &&
      !SMART_QUOTES.includes(text[this.#at] ?? "")
    ) {
      this.#at++;
    }
    const run = text.slice(start, this.#at);
    const code = (run.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    const what = isControl ? `a control character (U+${code})` : `\`${run}\` (U+${code})`;
    const message = `${what} cannot stand here: outside of strings and comments a .proto file is ASCII`;
    this.#diagnostics.error(this.#source, { start, end: this.#at }, "character-invalid", message);
  }

  #smartQuote(): void {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    while (at < text.length && text.charCodeAt(at) !== Character.LineFeed) {
      const character = text[at++] ?? "";
      if (character === '"' || SMART_QUOTES.includes(character)) break;
    }
    this.#at = at;
    this.#breakToken(start, at, "smart-quotes", "typographic quotes do not delimit a string", {
      hint: `write "${text.slice(start + 1, at - 1)}" with plain quotes`,
    });
    this.#tokens.add(TokenKind.String, start, at);
  }

  #skip(matches: (code: number) => boolean): void {
    while (this.#at < this.#text.length && matches(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  /** Reports something about the token that will be added next. */
  #breakToken(
    start: number,
    end: number,
    id: string,
    message: string,
    extras?: { readonly hint: string | undefined },
  ): void {
    this.#tokens.markNextBroken();
    this.#diagnostics.error(this.#source, { start, end }, id, message, extras);
  }
}

function isStrange(code: number): boolean {
  return code >= 0x7f || (code < Character.Space && code !== Character.LineFeed && !isBlank(code));
}
