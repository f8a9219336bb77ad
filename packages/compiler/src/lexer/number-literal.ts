/** Longer decimal numbers are too large for any use, and reading them takes time that grows with the square of their length. */
const MAX_DIGITS = 100;
const TOO_LARGE = 10n ** 100n;

/**
 * The value of an integer token: decimal, `0x` hexadecimal or `0` octal. Never negative; 10¹⁰⁰ for decimal numbers that
 * are larger, and some number for what is none.
 */
export function readInteger(text: string): bigint {
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  if (text.length > MAX_DIGITS && /^[1-9][0-9]+$/.test(text)) return TOO_LARGE;
  if (/^(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(text)) return BigInt(text);
  return 0n;
}

/** The value of a float or integer token as a double. */
export function readNumber(text: string): number {
  if (/^0[0-7]+$/.test(text)) return Number(BigInt(`0o${text.slice(1)}`));
  const value = Number(text);
  return Number.isNaN(value) ? Number.parseFloat(text) || 0 : value;
}
