/** Digits that every double, and every float, survives. */
const DOUBLE_DIGITS = 15;
const FLOAT_DIGITS = 6;
const MAX_DOUBLE_DIGITS = 17;
const MAX_FLOAT_DIGITS = 9;
/** More `toExponential` does not give. */
const MAX_EXPONENTIAL_DIGITS = 100;
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
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (value === 0) return `${sign}0`;
  const [mantissa, exponent] = roundToEven(Math.abs(value), digits);
  if (exponent < -4 || exponent >= digits) {
    const power = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${withPoint(mantissa, 1)}e${exponent < 0 ? "-" : "+"}${power}`;
  }
  return exponent < 0
    ? `${sign}${withPoint("0".repeat(-exponent) + mantissa, 1)}`
    : sign + withPoint(mantissa, exponent + 1);
}

/**
 * So many digits of a number, and the power of ten of the first. JavaScript rounds what is halfway between two up, C to
 * the one that is even.
 */
function roundToEven(value: number, digits: number): readonly [mantissa: string, exponent: number] {
  const [exact, exactExponent] = splitExponential(value.toExponential(MAX_EXPONENTIAL_DIGITS));
  const isHalfway = /^50*$/.test(exact.slice(digits));
  if (isHalfway && /[02468]$/.test(exact.slice(0, digits))) return [exact.slice(0, digits), exactExponent];
  return splitExponential(value.toExponential(digits - 1));
}

function splitExponential(text: string): readonly [mantissa: string, exponent: number] {
  const [mantissa = "", exponent = "0"] = text.split("e");
  return [mantissa.replace(".", ""), Number(exponent)];
}

/** Digits with a point behind the first few, and without zeros at the end of what is behind it. */
function withPoint(digits: string, integerDigits: number): string {
  const fraction = digits.slice(integerDigits).replace(/0+$/, "");
  return digits.slice(0, integerDigits) + (fraction === "" ? "" : `.${fraction}`);
}
