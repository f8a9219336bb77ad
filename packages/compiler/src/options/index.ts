/**
 * Options: what their names stand for, whether their values fit, and their place in the descriptors. Start with
 * interpret-options.ts.
 */
export { interpretOptions, type OptionPaths } from "./interpret-options.ts";
export type { OptionContext } from "./option-context.ts";
export { varintLength } from "./wire-field.ts";
