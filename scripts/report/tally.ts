/** How many cases passed and failed. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** @default 0 */
  readonly skipped?: number | undefined;
}

/** The line that closes a run and that programs read: `NAME: N passed, N failed`, alone on its line. */
export function formatTally(tally: Tally, name?: string): string {
  const skipped = tally.skipped !== undefined && tally.skipped > 0 ? `, ${tally.skipped} skipped` : "";
  return `${name === undefined ? "" : `${name}: `}${tally.passed} passed, ${tally.failed} failed${skipped}`;
}

/** The sum of tallies. */
export function addTallies(tallies: Iterable<Tally>): Tally {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const tally of tallies) {
    sum.passed += tally.passed;
    sum.failed += tally.failed;
    sum.skipped += tally.skipped ?? 0;
  }
  return sum;
}
