/** What is compared. */
export const LIBRARIES = ["gannet", "grpc-js"] as const;
export type Library = (typeof LIBRARIES)[number];

/** What one run gave. */
export interface Figures {
  readonly callsPerSecond: number;
  /** Of the program that is measured: a server's where the row is about servers. */
  readonly cpuMicrosPerCall: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
}

/** One piece of work, done by each library. */
export interface Row {
  readonly name: string;
  /** Medians of the rounds, figure by figure. */
  readonly figures: Readonly<Record<Library, Figures>>;
  readonly rounds: Readonly<Record<Library, readonly Figures[]>>;
}

/** The median of each figure by itself. */
export function medianOf(runs: readonly Figures[]): Figures {
  const median = (of: (figures: Figures) => number): number => {
    const sorted = runs.map(of).sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    const upper = sorted[middle] ?? Number.NaN;
    return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
  };
  return {
    callsPerSecond: median(({ callsPerSecond }) => callsPerSecond),
    cpuMicrosPerCall: median(({ cpuMicrosPerCall }) => cpuMicrosPerCall),
    p50Micros: median(({ p50Micros }) => p50Micros),
    p99Micros: median(({ p99Micros }) => p99Micros),
  };
}
