import type { Tally } from "../report/index.ts";

/** What came of a check. */
export interface CheckResult extends Tally {
  /** What to read when something failed. */
  readonly details: string;
}

/** One of the things that `npm run check` looks at. */
export interface Check {
  /** One word: it stands before the closing line. */
  readonly name: string;
  /** What it looks at, for those who read along. */
  readonly about: string;
  run(): Promise<CheckResult>;
}

/** The result of a check that goes through a list and says for each what is wrong with it, if anything. */
export function resultOf(found: Iterable<readonly string[]>): CheckResult {
  let passed = 0;
  let failed = 0;
  const details: string[] = [];
  for (const faults of found) {
    if (faults.length === 0) passed++;
    else failed++;
    details.push(...faults);
  }
  // A check that looked at nothing proves nothing.
  if (passed + failed === 0) return { passed, failed: 1, details: "nothing was checked" };
  return { passed, failed, details: details.join("\n") };
}
