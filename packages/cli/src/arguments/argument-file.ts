import { readFileSync } from "node:fs";
import { describeSystemError, type Report } from "../report/index.ts";

/**
 * Puts in place of each `@file` the lines of that file, one argument a line, as protoc does: no quotes, no wildcards,
 * no `@file` within one. Empty lines are left out.
 */
export function expandArgumentFiles(args: readonly string[], report: Report): string[] {
  return args.flatMap((argument) => {
    if (!argument.startsWith("@")) return [argument];
    const file = argument.slice(1);
    try {
      return readFileSync(file, "utf8")
        .split(/\r?\n/)
        .filter((line) => line !== "");
    } catch (error) {
      const message = `the arguments in ${file} cannot be read: ${describeSystemError(error)}`;
      report.error({ id: "argument-file-unreadable", place: argument, message });
      return [];
    }
  });
}
