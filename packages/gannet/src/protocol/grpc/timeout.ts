/** The units of `grpc-timeout`, in milliseconds, from the finest. */
const UNITS: readonly (readonly [letter: string, ms: number])[] = [
  ["n", 1e-6],
  ["u", 1e-3],
  ["m", 1],
  ["S", 1000],
  ["M", 60_000],
  ["H", 3_600_000],
];
/** No more than 8 digits are allowed (PROTOCOL-HTTP2, "Timeout"). */
const MAX_VALUE = 99_999_999;

/** The value of `grpc-timeout` for so many milliseconds: rounded down, so that it never says more than is left. */
export function formatTimeout(timeoutMs: number): string {
  if (timeoutMs <= 0) return "0n";
  for (const [letter, ms] of UNITS) {
    // Finer than milliseconds is of use only where there is less than one.
    if (ms < 1 && timeoutMs >= 1) continue;
    const value = Math.floor(timeoutMs / ms);
    if (value <= MAX_VALUE) return `${value}${letter}`;
  }
  return `${MAX_VALUE}H`;
}

/** The milliseconds that a `grpc-timeout` stands for; undefined where it is malformed. */
export function parseTimeout(text: string): number | undefined {
  const digits = text.length - 1;
  if (digits < 1 || digits > 8) return undefined;
  let value = 0;
  for (let at = 0; at < digits; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  const letter = text[digits];
  const unit = UNITS.find(([candidate]) => candidate === letter);
  return unit === undefined ? undefined : value * unit[1];
}
