import type { DiagnosticFormat } from "@gannet/compiler";
import type { Report } from "../report/index.ts";

const FORMATS: readonly DiagnosticFormat[] = ["pretty", "gcc", "msvs", "json"];
const FLAG = "--error_format";

/** What help says of it. */
export const ERROR_FORMAT_DESCRIPTION =
  "how to write errors: pretty, for people (default), or for tools gcc, msvs or json";

/** Lets the report write as `--error_format` says, before anything else of the command line is looked at. */
export function readErrorFormat(args: readonly string[], report: Report): void {
  for (const [index, argument] of args.entries()) {
    if (argument === "--") return;
    if (argument !== FLAG && !argument.startsWith(`${FLAG}=`)) continue;
    const value = argument === FLAG ? args[index + 1] : argument.slice(FLAG.length + 1);
    const format = FORMATS.find((one) => one === value);
    if (format !== undefined) report.format = format;
    // A value that is missing is for the parser of the command line to tell.
    else if (value !== undefined && !value.startsWith("-")) reportUnknown(value, report);
  }
}

function reportUnknown(value: string, report: Report): void {
  const message = `there is no error format ${JSON.stringify(value)}`;
  report.error({ id: "error-format", place: FLAG, message, hint: `it is ${FORMATS.join(", ")}` });
}
