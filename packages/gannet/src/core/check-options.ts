import { describeValue } from "../base/index.ts";
import { foreignOptionHint } from "./foreign-options.ts";
import { misuse } from "./misuse.ts";

/**
 * Refuses options with a key that is none.
 *
 * @param known the keys there are
 * @param owner what the options are for, such as `createChannel`
 * @throws TypeError GANNET_UNKNOWN_OPTION, with the key that was perhaps meant
 * @throws TypeError GANNET_INVALID_OPTION for what is no object
 */
export function checkOptionKeys(options: object, known: ReadonlySet<string>, owner: string): void {
  if (typeof options !== "object" || options === null) {
    const what = `the options of ${owner} are an object, not ${describeValue(options)}`;
    throw misuse(TypeError, "GANNET_INVALID_OPTION", what);
  }
  for (const key in options) if (!known.has(key)) throw unknownOption(key, known, owner);
}

/**
 * Refuses an option that is no number, or out of its range.
 *
 * @param value undefined where the default is meant
 * @throws RangeError GANNET_INVALID_OPTION
 */
export function checkNumber(
  name: string,
  value: number | undefined,
  least: number,
  most: number = Number.POSITIVE_INFINITY,
): void {
  if (value === undefined || (typeof value === "number" && value >= least && value <= most)) return;
  const range = most === Number.POSITIVE_INFINITY ? `${least} or more` : `from ${least} to ${most}`;
  throw misuse(RangeError, "GANNET_INVALID_OPTION", `${name} is a number, ${range}, not ${String(value)}`);
}

function unknownOption(key: string, known: ReadonlySet<string>, owner: string): TypeError {
  const keys = [...known];
  const meant = nearestName(key, keys);
  const foreign = foreignOptionHint(key, known);
  const hint = foreign ?? (meant === undefined ? `it has ${keys.join(", ")}` : `did you mean ${meant}?`);
  return misuse(TypeError, "GANNET_UNKNOWN_OPTION", `${owner} has no option ${JSON.stringify(key)}; ${hint}`);
}

/** The candidate that differs least from `name`; undefined where none differs by less than half. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestEdits = name.length / 2;
  for (const candidate of candidates) {
    const edits = countEdits(name.toLowerCase(), candidate.toLowerCase());
    if (edits < bestEdits) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best;
}

/** How many characters to insert, delete or replace on the way from one text to the other. */
export function countEdits(from: string, to: string): number {
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (last[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced));
    }
    last = current;
  }
  return last[to.length] ?? 0;
}
