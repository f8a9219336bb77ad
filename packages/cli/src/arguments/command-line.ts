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
  const [what = "", suggestion] = error.message.replace(/^error: /, "").split("\n(");
  const [, option, value] = /^unknown option '(--[\w-]+)(=.*)?'/s.exec(what) ?? [];
  const flags = command.options.flatMap((one) => (one.hidden ? [] : (one.long ?? [])));
  if (option !== undefined && value !== undefined && flags.includes(option)) {
    report.error({ id: "value-unexpected", message: `${option} takes no value`, hint: `write ${option} by itself` });
    return;
  }
  const id = error.code.replace(/^commander\./, "").replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const message = option === undefined ? what.replaceAll("'", "") : `unknown option ${option}`;
  report.error({
    id,
    message: message.replace(/^./, (letter) => letter.toLowerCase()),
    hint: hintFor(option, flags, suggestion),
  });
}

/** A flag that the option begins with is meant rather than what Commander suggests. It looks for none among long ones. */
function hintFor(option: string | undefined, flags: readonly string[], suggestion: string | undefined): string {
  const begun = flags.find((flag) => option?.startsWith(flag) === true);
  if (begun === undefined && suggestion !== undefined) return suggestion.replace(/^D(.*)\?\)$/, "d$1?");
  const near = begun ?? (option === undefined ? undefined : nearestWord(option, flags));
  return near === undefined ? "--help lists what there is" : `did you mean ${near}?`;
}
