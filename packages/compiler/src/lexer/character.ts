/** Codes of the characters that the grammar names. */
export const Character = {
  Tab: 0x09,
  LineFeed: 0x0a,
  VerticalTab: 0x0b,
  FormFeed: 0x0c,
  CarriageReturn: 0x0d,
  Space: 0x20,
  DoubleQuote: 0x22,
  Hash: 0x23,
  SingleQuote: 0x27,
  OpenParenthesis: 0x28,
  CloseParenthesis: 0x29,
  Asterisk: 0x2a,
  Plus: 0x2b,
  Comma: 0x2c,
  Minus: 0x2d,
  Dot: 0x2e,
  Slash: 0x2f,
  Colon: 0x3a,
  Semicolon: 0x3b,
  Less: 0x3c,
  Equals: 0x3d,
  Greater: 0x3e,
  QuestionMark: 0x3f,
  OpenBracket: 0x5b,
  Backslash: 0x5c,
  CloseBracket: 0x5d,
  OpenBrace: 0x7b,
  CloseBrace: 0x7d,
  ByteOrderMark: 0xfeff,
} as const;

const LETTER = 1;
const DIGIT = 2;
const HEX = 4;
const BLANK = 8;

/** What each ASCII character may be part of. */
const CLASSES = new Uint8Array(128);
for (let code = 0x30; code <= 0x39; code++) CLASSES[code] = DIGIT | HEX;
for (let code = 0x41; code <= 0x5a; code++) {
  const upper = LETTER | (code <= 0x46 ? HEX : 0);
  CLASSES[code] = upper;
  CLASSES[code + 0x20] = upper;
}
CLASSES[0x5f] = LETTER;
for (const code of [
  Character.Tab,
  Character.VerticalTab,
  Character.FormFeed,
  Character.CarriageReturn,
  Character.Space,
]) {
  CLASSES[code] = BLANK;
}

function hasClass(code: number, wanted: number): boolean {
  return code < 128 && ((CLASSES[code] ?? 0) & wanted) !== 0;
}

/** A letter or the underscore: what a name may start with. */
export function isLetter(code: number): boolean {
  return hasClass(code, LETTER);
}

export function isDigit(code: number): boolean {
  return hasClass(code, DIGIT);
}

export function isHexDigit(code: number): boolean {
  return hasClass(code, HEX);
}

export function isOctalDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x37;
}

export function isLetterOrDigit(code: number): boolean {
  return hasClass(code, LETTER | DIGIT);
}

/** White space other than a line feed. */
export function isBlank(code: number): boolean {
  return hasClass(code, BLANK);
}

/** Whether `text` can be a name: a letter or underscore, then letters, digits and underscores. */
export function isIdentifier(text: string): boolean {
  if (text === "" || !isLetter(text.charCodeAt(0))) return false;
  for (let at = 1; at < text.length; at++) if (!isLetterOrDigit(text.charCodeAt(at))) return false;
  return true;
}
