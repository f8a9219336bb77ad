import { type Command, CommanderError } from "commander";
import type { Report } from "../report/index.ts";

/**
 * Parses `args` with `command`, so that mistakes go to the report.
 * False where there is nothing to do: help was shown, or a mistake reported.
 */
export function parseCommandLine(command: Command, args: readonly string[], report: Report): boolean {
  command.exitOverride().configureOutput({ writeErr: () => {} });
  try {
    command.parse(args, { from: "user" });
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) reportMistake(error, report);
    return false;
  }
}

/** Commander says `error: what\n(Did you mean --x?)`. */
function reportMistake(error: CommanderError, report: Report): void {
  const [what = "", suggestion] = error.message
    .replace(/^error: /, "")
    .replace(/^(unknown option '[^=']*)=[^']*'/, "$1'")
    .split("\n(");
  const hint = suggestion === undefined ? "--help lists what there is" : suggestion.replace(/^D(.*)\?\)$/, "d$1?");
  const id = error.code.replace(/^commander\./, "").replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  report.error({ id, message: what.replaceAll("'", "").replace(/^./, (letter) => letter.toLowerCase()), hint });
}
