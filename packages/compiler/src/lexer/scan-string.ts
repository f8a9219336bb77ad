import { Character, isHexDigit, isOctalDigit } from "./character.ts";
import type { ReportBroken } from "./report-broken.ts";

/** protoc's limit of `\U`, which is beyond the last code point. */
const MAX_ESCAPED_CODE = 0x1fffff;
const SMART_QUOTES = "\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb";

/** Finds the end of the string at `start`: behind the quote that closes it, or that of its line. */
export function scanString(text: string, start: number, report: ReportBroken): number {
  const quote = text.charCodeAt(start);
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (at >= text.length || code === Character.LineFeed) break;
    if (code === 0 && text.charCodeAt(at - 1) !== 0) {
      report(at, at + 1, "character-invalid", "a string contains a NUL character; write it as `\\0`");
    }
    at += code === Character.Backslash && at + 1 < text.length ? checkEscape(text, at, report) : 1;
  }
  const end = text.charCodeAt(at - 1) === Character.CarriageReturn ? at - 1 : at;
  const written = quote === Character.DoubleQuote ? '`"`' : "`'`";
  report(start, end, "string-unterminated", "a string is not closed on its line", {
    hint: `put ${written} at its end; longer text goes into several strings, one behind the other`,
  });
  return end;
}

/** Checks the escape at `at` and returns how many characters to go on by. */
function checkEscape(text: string, at: number, report: ReportBroken): number {
  const code = text.charCodeAt(at + 1);
  const letter = text[at + 1] ?? "";
  if (code === Character.LineFeed) return 1;
  if ("abfnrtv\\?'\"".includes(letter) || isOctalDigit(code)) return 2;
  if (letter === "x" || letter === "X") {
    if (isHexDigit(text.charCodeAt(at + 2))) return 3;
    const message = `\`\\${letter}\` needs one or two hexadecimal digits behind it`;
    report(at, at + 2, "escape-invalid", message);
    return 2;
  }
  const digits = letter === "u" ? 4 : letter === "U" ? 8 : 0;
  if (digits > 0) {
    const hex = text.slice(at + 2, at + 2 + digits);
    const value = /^[0-9a-fA-F]+$/.test(hex) && hex.length === digits ? Number.parseInt(hex, 16) : Number.NaN;
    if (value <= MAX_ESCAPED_CODE) return 2 + digits;
    const message = `\`\\${letter}\` needs ${digits} hexadecimal digits behind it${letter === "U" ? ", up to 001fffff" : ""}`;
    report(at, at + 2, "escape-invalid", message);
    return 2;
  }
  report(at, at + 2, "escape-invalid", `\`\\${letter}\` is no escape`, {
    hint: "a backslash itself is written `\\\\`",
  });
  return 2;
}

/** Whether a character is a typographic quote, as word processors put them around text. */
export function isSmartQuote(character: string | undefined): boolean {
  return character !== undefined && SMART_QUOTES.includes(character);
}

/** Finds the end of what stands in typographic quotes, and reports that those do not make a string. */
export function scanSmartString(text: string, start: number, report: ReportBroken): number {
  let end = start + 1;
  let isClosed = false;
  while (!isClosed && end < text.length && text.charCodeAt(end) !== Character.LineFeed) {
    isClosed = text[end] === '"' || isSmartQuote(text[end]);
    end++;
  }
  report(start, end, "smart-quotes", "typographic quotes do not delimit a string", {
    hint: `write "${text.slice(start + 1, isClosed ? end - 1 : end).trimEnd()}" with plain quotes`,
  });
  return end;
}
