import type { Command } from "./command.ts";
import { runToEnd } from "./running-program.ts";

/**
 * Runs a program to its end, and gives what it printed.
 *
 * @throws Error with all that it said, where it ended with another code than 0 or not in time
 */
export async function runOrThrow(command: Command, timeoutMs: number): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(command, timeoutMs);
  if (code !== 0) throw new Error(`${command.file} ${command.args.join(" ")} ended with ${code}\n${stdout}${stderr}`);
  return stdout;
}
