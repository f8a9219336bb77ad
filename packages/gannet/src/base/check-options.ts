import { nearest } from "./nearest.ts";
import { usageError } from "./usage-error.ts";

/** The names of options, as keys, so that a type can prove the list complete. */
export type OptionNames<Options> = { readonly [K in keyof Required<Options>]: true };

/**
 * Refuses options that do not exist, which a misspelt name would otherwise silently become.
 *
 * @param what Whose options they are, such as `createChannel`.
 * @throws TypeError with the code GANNET_UNKNOWN_OPTION, which names the option and the one that was probably meant
 */
export function checkOptions<Options extends object>(
  what: string,
  options: Options,
  names: OptionNames<Options>,
): void {
  for (const key of Object.keys(options)) {
    if (Object.hasOwn(names, key)) continue;
    const meant = nearest(key, Object.keys(names));
    const hint = meant === undefined ? `; it knows ${Object.keys(names).join(", ")}` : `; did you mean ${meant}?`;
    throw usageError("GANNET_UNKNOWN_OPTION", `${what} has no option ${key}${hint}`);
  }
}
