/** Milliseconds on the clock of `performance.now()`, which no change of the time of day moves. */
export type Instant = number;

/** The smaller of two deadlines, either of which may be missing. */
export function earlier(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  if (one === undefined) return other;
  return other === undefined ? one : Math.min(one, other);
}
