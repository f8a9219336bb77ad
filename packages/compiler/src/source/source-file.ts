import { isRawByte } from "./raw-bytes.ts";

/** Columns are counted as protoc counts them: a tab goes on to the next multiple of this. */
const TAB_COLUMNS = 8;
/** Columns of lines with tabs or other than ASCII are counted once for each so many characters. */
const MARK_DISTANCE = 64;
const LINE_FEED = 10;
const TAB = 9;

/** A place in a file. Lines and columns start at 0. */
export interface Position {
  readonly line: number;
  /** In bytes of UTF-8, tabs reaching to the next multiple of 8: what protoc counts, and editors show for plain text. */
  readonly column: number;
}

/** One .proto file as text, with its lines. */
export class SourceFile {
  /** The path under which other files import it. */
  readonly path: string;
  readonly text: string;
  /** The text with bytes that are no UTF-8 kept, as `decodeRaw` has them. */
  readonly #raw: string;
  readonly #lineStarts: Int32Array;
  /** Per line, whether a column is just a difference of offsets. Filled when a line is first asked for: 1 yes, 2 no. */
  readonly #plain: Uint8Array;
  readonly #marks = new Map<number, readonly number[]>();
  #lastLine = 0;

  constructor(path: string, text: string, raw: string = text) {
    this.path = path;
    this.text = text;
    this.#raw = raw;
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.#lineStarts = Int32Array.from(starts);
    this.#plain = new Uint8Array(starts.length);
  }

  /**
   * The text from `start` to `end`, with bytes that are no UTF-8 kept: each as half of a surrogate pair, 0xDC00 more
   * than the byte. `text` has U+FFFD in their place.
   */
  rawText(start: number = 0, end: number = this.#raw.length): string {
    return this.#raw.slice(start, end);
  }

  get lineCount(): number {
    return this.#lineStarts.length;
  }

  /** The line that holds `offset`, from 0. */
  lineAt(offset: number): number {
    const starts = this.#lineStarts;
    // Callers mostly move forward by little: look near the last answer before searching.
    let low = this.#lastLine;
    if ((starts[low] ?? 0) > offset) low = 0;
    for (let step = 0; step < 4; step++) {
      if (low + 1 >= starts.length || (starts[low + 1] ?? 0) > offset) {
        this.#lastLine = low;
        return low;
      }
      low++;
    }
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    this.#lastLine = low;
    return low;
  }

  /** Where line `line` starts and ends, its line break left out. */
  lineSpan(line: number): { readonly start: number; readonly end: number } {
    const start = this.#lineStarts[line] ?? this.text.length;
    let end = (this.#lineStarts[line + 1] ?? this.text.length + 1) - 1;
    if (end > start && this.text.charCodeAt(end - 1) === 13) end--;
    return { start, end: Math.max(start, end) };
  }

  /** The column of `offset` within `line`, which must hold it. */
  columnAt(line: number, offset: number): number {
    const start = this.#lineStarts[line] ?? 0;
    if (this.#plain[line] === 0) this.#plain[line] = isPlain(this.text, start) ? 1 : 2;
    if (this.#plain[line] === 1) return offset - start;
    const marks = this.#columnMarks(line);
    const index = Math.min(Math.trunc((offset - start) / MARK_DISTANCE), marks.length - 1);
    return countColumns(this.#raw, start + index * MARK_DISTANCE, offset, marks[index] ?? 0);
  }

  /** The columns of every so many characters of a line, so that none is counted for each place in it. */
  #columnMarks(line: number): readonly number[] {
    const known = this.#marks.get(line);
    if (known !== undefined) return known;
    const start = this.#lineStarts[line] ?? 0;
    const end = this.#lineStarts[line + 1] ?? this.text.length;
    const marks = [0];
    for (let at = start + MARK_DISTANCE; at < end; at += MARK_DISTANCE) {
      marks.push(countColumns(this.#raw, at - MARK_DISTANCE, at, marks.at(-1) ?? 0));
    }
    this.#marks.set(line, marks);
    return marks;
  }

  positionAt(offset: number): Position {
    const line = this.lineAt(offset);
    return { line, column: this.columnAt(line, offset) };
  }
}

function isPlain(text: string, start: number): boolean {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED) return true;
    if (code === TAB || code >= 0x80) return false;
  }
  return true;
}

/** The column of `end`, from that of `start`. */
function countColumns(text: string, start: number, end: number, startColumn: number): number {
  let column = startColumn;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === TAB) column += TAB_COLUMNS - (column % TAB_COLUMNS);
    else if (code < 0x80) column += 1;
    else if (code < 0x800) column += 2;
    else if (isRawByte(text, at)) column += 1;
    // A surrogate is half of a code point of 4 bytes.
    else if (code >= 0xd800 && code < 0xe000) column += 2;
    else column += 3;
  }
  return column;
}
