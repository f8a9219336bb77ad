import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { workspace } from "../interop/folders.ts";

const SOURCE = join(workspace, "packages/gannet/src");

/** The record of what an entry exports. */
export function readApi(entry: string): string {
  return readFileSync(join(workspace, `api/${entry}.d.ts`), "utf8");
}

function findInterface(api: string, type: string): RegExpExecArray | null {
  return new RegExp(`interface ${type}(?: extends ([\\w, ]+))? \\{\\n([\\s\\S]*?)^\\}`, "m").exec(api);
}

/** The options of an interface, and of those that it extends. */
export function optionsOf(api: string, type: string): string[] {
  const [, bases = "", body = ""] = findInterface(api, type) ?? [];
  const own = [...body.matchAll(/^ {4}readonly (\w+)\??:/gm)].map(([, name = ""]) => name);
  return [...bases.matchAll(/\w+/g)].flatMap(([base]) => optionsOf(api, base)).concat(own);
}

/** The interface that declares an option of a type: that one, or one that it extends. */
export function ownerOf(api: string, type: string, name: string): string | undefined {
  const [, bases = "", body = ""] = findInterface(api, type) ?? [];
  if (new RegExp(`^ {4}readonly ${name}\\??:`, "m").test(body)) return type;
  return bases.match(/\w+/g)?.find((base) => ownerOf(api, base, name) !== undefined);
}

/** What `@default` says, where it begins with a number: by the interface and the option. */
export function readDefaults(): Map<string, number> {
  const defaults = new Map<string, number>();
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  for (const file of files) {
    const text = readFileSync(join(SOURCE, file), "utf8");
    for (const [, type, body = ""] of text.matchAll(/^export interface (\w+)[^{]*\{\n([\s\S]*?)^\}/gm)) {
      const options = body.matchAll(/@default ([\d.]+)(?:(?!\*\/)[\s\S])*\*\/\s*readonly (\w+)\?:/g);
      for (const [, value, name] of options) defaults.set(`${type}.${name}`, Number(value));
    }
  }
  return defaults;
}
