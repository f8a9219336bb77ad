const NAMED: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ['"', '\\"'],
  ["'", "\\'"],
  ["\\", "\\\\"],
]);

/** The inside of a quoted string; `text` has a character for each byte. What is no printable ASCII is three octal digits. */
export function escapeBytes(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be escaped
  return text.replaceAll(/["'\\\x00-\x1f\x7f-\xff]/g, (character) => {
    return NAMED.get(character) ?? `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`;
  });
}

/** A double as C prints it: with 15 digits where those say all, or else 17. */
export function formatDouble(value: number): string {
  const short = formatGeneral(value, 15);
  return Number.isFinite(value) && Number(short) !== value ? formatGeneral(value, 17) : short;
}

/** The smallest float that is no subnormal one. */
const MIN_NORMAL_FLOAT = 2 ** -126;

/** A float likewise: with 6 digits, or else 9. C does not read subnormal ones back, so that those have 9. */
export function formatFloat(value: number): string {
  const short = formatGeneral(value, 6);
  const isSubnormal = value !== 0 && Math.abs(value) < MIN_NORMAL_FLOAT;
  return isSubnormal || (Number.isFinite(value) && Math.fround(Number(short)) !== value)
    ? formatGeneral(value, 9)
    : short;
}

/** printf's `%.{digits}g`. */
function formatGeneral(value: number, digits: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa = "", power = "0"] = value.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < digits) return withoutZeros(value.toFixed(digits - 1 - exponent));
  const sign = exponent < 0 ? "-" : "+";
  return `${withoutZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
