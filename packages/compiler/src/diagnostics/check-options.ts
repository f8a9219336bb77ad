import { nearest } from "./nearest.ts";

/** What a programmer did wrong, as opposed to what is wrong with a file: the codes that `gannet` has for the same. */
export type MisuseCode = "GANNET_UNKNOWN_OPTION" | "GANNET_INVALID_OPTION" | "GANNET_INVALID_ARGUMENT";

/** Makes an error of misuse. */
export function misuse(code: MisuseCode, message: string): TypeError & { readonly code: MisuseCode } {
  return Object.assign(new TypeError(message), { code });
}

/**
 * Refuses options with a key that is none.
 *
 * @param known the keys there are
 * @param owner what the options are for, such as `compile`
 * @param foreign what to say of keys that others have for the same
 * @throws TypeError GANNET_UNKNOWN_OPTION, with the key that was perhaps meant
 * @throws TypeError GANNET_INVALID_OPTION for what is no object
 */
export function checkOptionKeys(
  options: object,
  known: readonly string[],
  owner: string,
  foreign: Readonly<Record<string, string>> = {},
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw misuse("GANNET_INVALID_OPTION", `the options of ${owner} are an object, such as { ${known[0]}: … }`);
  }
  for (const key in options) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    const meant = near === undefined ? `it has ${known.join(", ")}` : `did you mean ${near}?`;
    const hint = Object.hasOwn(foreign, key) ? foreign[key] : meant;
    throw misuse("GANNET_UNKNOWN_OPTION", `${owner} has no option ${JSON.stringify(key)}; ${hint}`);
  }
}
