import { join } from "node:path";
import { workspace } from "../folders.ts";
import type { Command } from "../program/command.ts";

/** A half of a step as it is in examples/. */
export function exampleProgram(
  folder: string,
  side: "server" | "client",
  env: Readonly<Record<string, string>> = {},
): Command {
  const file = join(workspace, "examples/dist/tutorial", folder, `${side}.js`);
  return { file: process.execPath, args: ["--enable-source-maps", file], env };
}
