import { parseArgs } from "node:util";

/** Flags by name: text, or true and false. */
export type FlagTypes = Readonly<Record<string, { readonly type: "string" | "boolean" }>>;

/** What {@link readFlags} gives for a flag that may be missing. */
export type FlagValues<T extends FlagTypes> = {
  readonly [K in keyof T]?: T[K]["type"] extends "boolean" ? boolean : string;
};

/**
 * Reads flags as the official interop programs of every language take them: `--use_tls`, `-use_tls` and
 * `--use_tls=true` are the same.
 *
 * @throws TypeError for a flag that is not among `types`
 */
export function readFlags<T extends FlagTypes>(
  types: T,
  args: readonly string[] = process.argv.slice(2),
): FlagValues<T> {
  const isBoolean = (name: string) => Object.hasOwn(types, name) && types[name]?.type === "boolean";
  const plain = args.flatMap((arg) => {
    const [, name = "", value] = /^--?(\w+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === "") return [arg];
    if (value === undefined || (isBoolean(name) && value === "true")) return [`--${name}`];
    return isBoolean(name) && value === "false" ? [] : [`--${name}=${value}`];
  });
  return parseArgs({ args: plain, options: types }).values as FlagValues<T>;
}
