import type { LoadHookContext } from "node:module";
import { instrument } from "./instrument.ts";

let folders: readonly string[] = [];

/** Which modules are to be instrumented: those whose address begins with one of these. */
export function initialize(prefixes: readonly string[]): void {
  folders = prefixes;
}

interface Loaded {
  readonly format: string | null | undefined;
  readonly source?: string | ArrayBuffer | NodeJS.TypedArray | undefined;
}

/** A hook of `node:module`: reads modules, some of them with counters in them. */
export async function load(
  url: string,
  context: LoadHookContext,
  nextLoad: (url: string, context: LoadHookContext) => Promise<Loaded>,
): Promise<Loaded> {
  const loaded = await nextLoad(url, context);
  if (!folders.some((folder) => url.startsWith(folder)) || loaded.source === undefined) return loaded;
  const text = Buffer.from(loaded.source as Uint8Array).toString("utf8");
  return { ...loaded, source: instrument(text, url).source };
}
