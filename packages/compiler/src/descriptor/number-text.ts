/** Digits that every double, and every float, survives. */
const DOUBLE_DIGITS = 15;
const FLOAT_DIGITS = 6;
const MAX_DOUBLE_DIGITS = 17;
const MAX_FLOAT_DIGITS = 9;
const MIN_NORMAL_FLOAT = 2 ** -126;

/** A double as descriptors write it: as short as reads back to the same value, in C's `%g`. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const short = generalText(value, DOUBLE_DIGITS);
  return Number(short) === value ? short : generalText(value, MAX_DOUBLE_DIGITS);
}

/** A float likewise. */
export function floatText(value: number): string {
  const float = Math.fround(value);
  if (!Number.isFinite(float)) return doubleText(float);
  const short = generalText(float, FLOAT_DIGITS);
  // protoc's reader takes no subnormal float, so that it never finds the short form of one to be enough.
  const isNormal = float === 0 || Math.abs(float) >= MIN_NORMAL_FLOAT;
  return isNormal && Math.fround(Number(short)) === float ? short : generalText(float, MAX_FLOAT_DIGITS);
}

/** C's `%.{digits}g`. */
function generalText(value: number, digits: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", exponentText = "0"] = value.toExponential(digits - 1).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < digits) return withoutTrailingZeros(value.toFixed(digits - 1 - exponent));
  const sign = exponent < 0 ? "-" : "+";
  return `${withoutTrailingZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function withoutTrailingZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
