/** Milliseconds on a `Clock`, mostly that of `performance.now()`, which no change of the time of day moves. */
export type Instant = number;

/** Who is told that a deadline has passed. */
export interface DeadlineTarget {
  onDeadline(): void;
}

/** A deadline that is waited for. */
export interface ScheduledDeadline {
  cancel(): void;
}

/** Waits for deadlines, many at a time: a timer of its own for each would cost more than the call. */
export interface DeadlineScheduler {
  /** The current instant. */
  now(): Instant;
  /** Tells `target` once `at` has passed, never before. */
  schedule(at: Instant, target: DeadlineTarget): ScheduledDeadline;
}
