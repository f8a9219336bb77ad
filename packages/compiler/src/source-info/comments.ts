import { Character, isBlank, TokenKind, type TokenList } from "../lexer/index.ts";
import { readableText } from "../source/index.ts";

/** The comments between two tokens, shared out as protoc does. Texts are without the marks that make them comments. */
export interface Comments {
  /** Belongs to what ends before them. Empty where there is none. */
  readonly trailing: string;
  /** Belong to nothing. */
  readonly detached: readonly string[];
  /** Belongs to what follows. Empty where there is none. */
  readonly leading: string;
}

const NONE: Comments = { trailing: "", detached: [], leading: "" };

/**
 * The comments behind token `previous`, which ends a declaration; before the first token where it is -1.
 *
 * A comment on the line of the token before it, or on the next line with an empty line behind it, trails. One that ends
 * right above the token behind it leads. All others are detached.
 */
export function readComments(tokens: TokenList, previous: number): Comments {
  const from = previous < 0 ? 0 : tokens.end(previous);
  // Most tokens have nothing between them but white space: see so without building anything.
  if (!tokens.source.text.slice(from, tokens.start(previous + 1)).includes("/")) return NONE;
  return new CommentReader(tokens, previous).read();
}

class CommentReader {
  readonly #tokens: TokenList;
  readonly #text: string;
  readonly #previous: number;
  #at: number;
  /** Undefined where there is none: a comment may be empty. */
  #trailing: string | undefined;
  readonly #detached: string[] = [];
  /** The comment read last, as long as it is not known where it belongs. */
  #pending: string | undefined;
  #isPendingLine = false;
  #mayTrail: boolean;
  #comments = 0;

  constructor(tokens: TokenList, previous: number) {
    this.#tokens = tokens;
    this.#text = tokens.source.text;
    this.#previous = previous;
    this.#at = previous < 0 ? 0 : tokens.end(previous);
    this.#mayTrail = previous >= 0;
    if (previous < 0 && this.#text.charCodeAt(0) === Character.ByteOrderMark) this.#at = 1;
  }

  read(): Comments {
    let trailingEndLine = -1;
    if (this.#previous >= 0) {
      this.#skipBlanks();
      const isLine = this.#startsWith("//");
      if (isLine || this.#startsWith("/*")) {
        if (isLine) trailingEndLine = this.#line(this.#at);
        this.#readComment();
        if (!isLine) {
          trailingEndLine = this.#line(this.#at);
          this.#skipBlanks();
        }
        this.#settle();
      } else if (!this.#takeLineFeed()) {
        return NONE;
      }
    }
    this.#readLines();
    this.#meetToken(trailingEndLine);
    return { trailing: this.#trailing ?? "", detached: this.#detached, leading: this.#pending ?? "" };
  }

  #readLines(): void {
    for (;;) {
      this.#skipBlanks();
      const isLine = this.#startsWith("//");
      if (isLine || this.#startsWith("/*")) {
        this.#readComment();
        if (!isLine) {
          this.#skipBlanks();
          this.#takeLineFeed();
        }
      } else if (this.#takeLineFeed()) {
        // An empty line.
        this.#settle();
        this.#mayTrail = false;
      } else {
        return;
      }
    }
  }

  /** At the next token: a comment right above it leads, unless it closes a scope or shares a line with what is before. */
  #meetToken(trailingEndLine: number): void {
    const next = this.#previous + 1;
    const isEnd = this.#tokens.kind(next) === TokenKind.End;
    const code = this.#tokens.kind(next) === TokenKind.Symbol ? this.#tokens.code(next) : 0;
    const closes =
      code === Character.CloseBrace || code === Character.CloseBracket || code === Character.CloseParenthesis;
    if (isEnd || closes) this.#settle();
    if (isEnd) return;
    const line = this.#tokens.line(next);
    const previousLine = this.#previous < 0 ? -1 : this.#line(this.#tokens.end(this.#previous));
    if (line !== previousLine && line !== trailingEndLine) return;
    const count = this.#comments + (this.#pending === undefined ? 0 : 1);
    if (count !== 1) return;
    if (this.#trailing !== undefined) {
      this.#detached.unshift(this.#trailing);
      this.#trailing = undefined;
    }
    this.#settle();
  }

  /** Gives the pending comment its place: it does not lead. */
  #settle(): void {
    if (this.#pending === undefined) return;
    if (this.#mayTrail) {
      this.#trailing = (this.#trailing ?? "") + this.#pending;
      this.#mayTrail = false;
    } else {
      this.#detached.push(this.#pending);
    }
    this.#pending = undefined;
    this.#comments++;
  }

  #readComment(): void {
    const isLine = this.#startsWith("//");
    // Line comments one below the other are one comment.
    if (!isLine || !this.#isPendingLine) this.#settle();
    const start = this.#at + 2;
    if (isLine) {
      const lineFeed = this.#text.indexOf("\n", start);
      this.#at = lineFeed < 0 ? this.#text.length : lineFeed + 1;
      this.#pending = (this.#pending ?? "") + this.#readable(start, this.#at);
    } else {
      const close = this.#text.indexOf("*/", start);
      const end = close < 0 ? this.#text.length : close;
      this.#at = Math.min(end + 2, this.#text.length);
      this.#pending = blockText(this.#readable(start, end));
    }
    this.#isPendingLine = isLine;
  }

  #readable(start: number, end: number): string {
    return readableText(this.#tokens.source.rawText(start, end));
  }

  #skipBlanks(): void {
    while (isBlank(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  #takeLineFeed(): boolean {
    if (this.#text.charCodeAt(this.#at) !== Character.LineFeed) return false;
    this.#at++;
    return true;
  }

  #startsWith(mark: string): boolean {
    return this.#text.startsWith(mark, this.#at);
  }

  #line(offset: number): number {
    return this.#tokens.source.lineAt(offset);
  }
}

/** What stands in a block comment: lines after the first lose their indentation and one asterisk. */
function blockText(raw: string): string {
  if (!raw.includes("\n")) return raw;
  const [first = "", ...rest] = raw.split("\n");
  return [first, ...rest.map((line) => line.replace(/^[ \t\r\v\f]*\*?/, ""))].join("\n");
}
