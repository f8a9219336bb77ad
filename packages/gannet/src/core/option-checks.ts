import { describeValue } from "../base/index.ts";
import { checkNumber, checkOptionKeys } from "./check-options.ts";
import { misuse } from "./misuse.ts";

/** Refuses a value that an option cannot have. It is not asked about undefined, which stands for the default. */
export type OptionCheck = (name: string, value: unknown) => void;

/** What each option may be. A type of options without a row for each of its keys does not compile. */
export type OptionChecks<T> = Readonly<Record<string & keyof T, OptionCheck>>;

/**
 * Refuses options with a key that is none, or a value that it cannot have.
 *
 * @param owner what the options are for, such as `createChannel`
 * @param prefix what stands before the names, as in `backoff.maxMs`
 * @throws TypeError GANNET_UNKNOWN_OPTION
 * @throws TypeError or RangeError GANNET_INVALID_OPTION
 */
export function checkOptions<T extends object>(options: T, checks: OptionChecks<T>, owner: string, prefix = ""): void {
  checkOptionKeys(options, new Set(Object.keys(checks)), owner);
  for (const key in options) {
    const value = options[key];
    if (value !== undefined) checks[key as string & keyof T](prefix + key, value);
  }
}

/** A number, fractions included. */
export function numberFrom(least: number, most?: number): OptionCheck {
  return (name, value) => checkNumber(name, value as number, least, most);
}

/** A whole number, or Infinity for no limit. */
export function countFrom(least: number): OptionCheck {
  return (name, value) => {
    if (Number.isInteger(value) || value === Number.POSITIVE_INFINITY) checkNumber(name, value as number, least);
    else {
      const what = `${name} is a whole number, ${least} or more, not ${describeValue(value)}`;
      throw misuse(RangeError, "GANNET_INVALID_OPTION", what);
    }
  };
}

/** True or false. */
export const flag: OptionCheck = (name, value) => {
  if (typeof value !== "boolean") throw invalidOption(`${name} is true or false, not ${describeValue(value)}`);
};

/** A function. */
export const callback: OptionCheck = (name, value) => {
  if (typeof value !== "function") throw invalidOption(`${name} is a function, not ${describeValue(value)}`);
};

/** One of a few values. */
export function oneOf(...choices: readonly (string | boolean)[]): OptionCheck {
  const names = choices.map((choice) => JSON.stringify(choice));
  return (name, value) => {
    if ((choices as readonly unknown[]).includes(value)) return;
    throw invalidOption(`${name} is ${names.slice(0, -1).join(", ")} or ${names.at(-1)}, not ${describeValue(value)}`);
  };
}

/** Text. */
export const text: OptionCheck = (name, value) => {
  if (typeof value !== "string") throw invalidOption(`${name} is text, not ${describeValue(value)}`);
};

/** Text that can stand in a header (RFC 9110 §5.5). */
export const fieldText: OptionCheck = (name, value) => {
  if (typeof value === "string" && /^[\x20-\x7e]+$/.test(value)) return;
  throw invalidOption(`${name} is printable ASCII text, not ${describeValue(value)}`);
};

/** An array. */
export function listOf(what: string, isOne: (item: unknown) => boolean): OptionCheck {
  return (name, value) => {
    if (!Array.isArray(value)) throw invalidOption(`${name} is an array of ${what}, not ${describeValue(value)}`);
    const index = value.findIndex((item) => !isOne(item));
    if (index >= 0) throw invalidOption(`${name} is an array of ${what}; [${index}] is ${describeValue(value[index])}`);
  };
}

/** Functions that run around calls. */
export const interceptorList: OptionCheck = listOf("functions", (item) => typeof item === "function");

/** An object that has these methods. */
export function objectWith(what: string, ...methods: readonly string[]): OptionCheck {
  return (name, value) => {
    const has = (method: string) => typeof Object(value)[method] === "function";
    if (typeof value !== "object" || value === null || !methods.every(has))
      throw invalidOption(`${name} is ${what}, not ${describeValue(value)}`);
  };
}

/** What time is told by. */
export const clockOption: OptionCheck = objectWith("a clock, with now() and setTimer()", "now", "setTimer");

/** Options within options. */
export function optionsOf<T extends object>(checks: OptionChecks<T>): OptionCheck {
  return (name, value) => checkOptions(value as T, checks, name, `${name}.`);
}

/** Options that are all numbers. */
export function numbersWithin<K extends string>(
  ranges: Readonly<Record<K, readonly [least: number, most: number]>>,
): OptionCheck {
  const checks = Object.entries<readonly [number, number]>(ranges).map(([key, range]) => [key, numberFrom(...range)]);
  return optionsOf<object>(Object.fromEntries(checks) as OptionChecks<object>);
}

function invalidOption(what: string): TypeError {
  return misuse(TypeError, "GANNET_INVALID_OPTION", what);
}
