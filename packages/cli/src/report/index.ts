/**
 * What a command tells its user: problems, the compiler's findings, and the closing count.
 * Not for what a command produces on standard output. Start with report.ts.
 */
export { nearestWord } from "./nearest-word.ts";
export type { Problem } from "./problem.ts";
export { Report, type ReportStream } from "./report.ts";
export { describeSystemError, errorCode } from "./system-error.ts";
