import { Character, isDigit, isHexDigit, isLetter, isLetterOrDigit, isOctalDigit } from "./character.ts";
import type { ReportBroken } from "./report-broken.ts";

/** A number's end in the text, and whether it has a fraction or an exponent. */
export interface ScannedNumber {
  readonly end: number;
  readonly isFloat: boolean;
}

/** Finds the end of the number at `start`: of what was meant to be one, where it is written wrong. */
export function scanNumber(text: string, start: number, report: ReportBroken): ScannedNumber {
  const second = text.charCodeAt(start + 1);
  const isZero = text.charCodeAt(start) === 0x30;
  if (isZero && (second === 0x78 || second === 0x58)) return { end: scanHex(text, start, report), isFloat: false };
  if (isZero && isDigit(second)) return { end: scanOctal(text, start, report), isFloat: false };
  return scanDecimal(text, start, report);
}

function scanHex(text: string, start: number, report: ReportBroken): number {
  const end = skip(text, start + 2, isHexDigit);
  if (end === start + 2) report(start, end, "number-invalid", "a hexadecimal number has no digits behind `0x`");
  return endOfInteger(text, start, end, report);
}

function scanOctal(text: string, start: number, report: ReportBroken): number {
  let end = skip(text, start, isOctalDigit);
  if (isDigit(text.charCodeAt(end))) {
    end = skip(text, end, isDigit);
    const message = "a number that starts with 0 is octal and may have the digits 0 to 7 only";
    const decimal = text.slice(start, end).replace(/^0+(?=\d)/, "");
    report(start, end, "number-invalid", message, { hint: `write \`${decimal}\`` });
  }
  return endOfInteger(text, start, end, report);
}

function endOfInteger(text: string, start: number, end: number, report: ReportBroken): number {
  return endOfNumber(text, start, end, report, "hexadecimal and octal numbers are integers");
}

function scanDecimal(text: string, start: number, report: ReportBroken): ScannedNumber {
  let end = skip(text, start, isDigit);
  const hasPoint = text.charCodeAt(end) === Character.Dot;
  if (hasPoint) end = skip(text, end + 1, isDigit);
  const letter = text.charCodeAt(end);
  const hasExponent = letter === 0x65 || letter === 0x45;
  if (hasExponent) {
    const sign = text.charCodeAt(end + 1);
    const digits = end + (sign === Character.Plus || sign === Character.Minus ? 2 : 1);
    end = skip(text, digits, isDigit);
    if (end === digits) report(digits - 1, digits, "number-invalid", "an exponent has no digits");
  }
  const isFloat = hasPoint || hasExponent;
  return { end: endOfNumber(text, start, end, report, "a number has one decimal point or exponent"), isFloat };
}

/** A number must end where its token ends: `1st` and `1.2.3` are no numbers with something behind them. */
function endOfNumber(text: string, start: number, end: number, report: ReportBroken, noPoint: string): number {
  const next = text.charCodeAt(end);
  if (isLetter(next)) {
    const wordEnd = skip(text, end, isLetterOrDigit);
    report(end, wordEnd, "number-invalid", "a number and a name need a space between them");
    return wordEnd;
  }
  if (next !== Character.Dot) return end;
  const rest = skip(text, end, (code) => code === Character.Dot || isDigit(code));
  report(start, rest, "number-invalid", noPoint);
  return rest;
}

function skip(text: string, start: number, matches: (code: number) => boolean): number {
  let at = start;
  while (at < text.length && matches(text.charCodeAt(at))) at++;
  return at;
}
