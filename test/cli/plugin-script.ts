import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a scripted plugin does. */
export interface PluginScript {
  /** The JSON form of a CodeGeneratorResponse. @default an empty one */
  readonly response?: object | undefined;
  /** Printed in place of the response. */
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
  /** @default 0 */
  readonly exitCode?: number | undefined;
  /** The signal that ends it. */
  readonly signal?: NodeJS.Signals | undefined;
  /** Answers only once so many plugins with this script have started; gives up after a minute. */
  readonly meet?: number | undefined;
}

/** Puts a program at `path` within `folder` that does what the script named by its parameter says. */
export function installPlugin(folder: string, path: string): void {
  const program = fileURLToPath(new URL("scripted-plugin.js", import.meta.url));
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), `#!/bin/sh\nexec "${process.execPath}" "${program}"\n`);
  chmodSync(join(folder, path), 0o755);
}

/** Writes the script NAME.json, for the parameter NAME.json. */
export function writeScript(folder: string, name: string, script: PluginScript): void {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(script));
}
