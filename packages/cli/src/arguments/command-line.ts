import { type Command, CommanderError } from "commander";
import { nearestWord, type Report } from "../report/index.ts";

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
    if (error.exitCode !== 0) reportMistake(error, command, report);
    return false;
  }
}

/** Commander says `error: what\n(Did you mean --x?)`. */
function reportMistake(error: CommanderError, command: Command, report: Report): void {
  const [what = "", suggestion] = error.message
    .replace(/^error: /, "")
    .replace(/^(unknown option '[^=']*)=[^']*'/, "$1'")
    .split("\n(");
  const near = suggestion === undefined ? nearestFlag(what, command) : undefined;
  const hint =
    suggestion !== undefined
      ? suggestion.replace(/^D(.*)\?\)$/, "d$1?")
      : near === undefined
        ? "--help lists what there is"
        : `did you mean ${near}?`;
  const id = error.code.replace(/^commander\./, "").replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  report.error({ id, message: what.replaceAll("'", "").replace(/^./, (letter) => letter.toLowerCase()), hint });
}

/** The flag that an unknown one most resembles, which Commander does not look for among long ones. */
function nearestFlag(what: string, command: Command): string | undefined {
  const [, written] = /^unknown option '(--[\w-]+)'/.exec(what) ?? [];
  const flags = command.options.flatMap((option) => (option.hidden ? [] : (option.long ?? [])));
  return written === undefined ? undefined : nearestWord(written, flags);
}
