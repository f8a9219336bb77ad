import { join } from "node:path";
import { interopPrograms } from "../folders.ts";

/** A program and what it is started with. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Where it runs; this process's folder where undefined. */
  readonly cwd?: string | undefined;
}

/** A built program of test/interop, by its path without the ending. */
export function nodeProgram(path: string, args: readonly string[] = []): Command {
  return { file: process.execPath, args: ["--enable-source-maps", join(interopPrograms, `${path}.js`), ...args] };
}

/** The same command with more arguments behind. */
export function withArguments(command: Command, args: readonly string[]): Command {
  return { ...command, args: [...command.args, ...args] };
}
