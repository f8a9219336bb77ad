/** How the cases of a run ended. */
export interface Totals {
  /** All that the runner meant to run. */
  readonly expected: number;
  readonly run: number;
  /** Those that are known to fail, and did, among them. */
  readonly passed: number;
  readonly failed: number;
}

/**
 * The cases that failed of those that are about time: the runner allows a deadline 500 ms on its way, and a client little to
 * see that it has passed or to cancel, and a machine that is busy may take more.
 */
export function readLateCases(output: string): string[] {
  const late = /^FAILED: ((?:Client Cancellation|Deadline Propagation|Timeouts)\/.+):$/gm;
  return [...output.matchAll(late)].map(([, name = ""]) => name);
}

/** Reads the last lines that the suite's runner prints. Where it did not get there, nothing has run. */
export function readTotals(output: string): Totals {
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
  if (passed === undefined || failed === undefined) return { expected: 0, run: 0, passed: 0, failed: 0 };
  const [, known = "0"] = /^\(Another (\d+) failed as expected /m.exec(output) ?? [];
  const [, unable = "0"] = /^Another (\d+) could not be run /m.exec(output) ?? [];
  const run = Number(passed) + Number(known) + Number(failed);
  return { expected: run + Number(unable), run, passed: Number(passed) + Number(known), failed: Number(failed) };
}
