/** What one run gave: numbers by what they are, with the unit, such as `calls/s` and `p50 µs`. */
export type Figures = Readonly<Record<string, number>>;

/** One piece of work, done by each library in turn. */
export interface Row {
  readonly name: string;
  /** What each library gave, round by round; gannet comes first. */
  readonly rounds: Readonly<Record<string, readonly Figures[]>>;
}

/** The median of each figure by itself. */
export function medianOf(runs: readonly Figures[]): Figures {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(runs.map((run) => run[name] ?? Number.NaN))]));
}

/** The number in the middle, or between the two there. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * How many times a figure of gannet's is another's: the median of the rounds, since what else the machine does falls on
 * both of a round. Undefined where the other has not been measured.
 */
export function ratioOf(row: Row, library: string, figure: string): number | undefined {
  const { [library]: others, gannet: own } = row.rounds;
  if (others === undefined || own === undefined) return undefined;
  return median(own.map((figures, round) => (figures[figure] ?? Number.NaN) / (others[round]?.[figure] ?? Number.NaN)));
}
