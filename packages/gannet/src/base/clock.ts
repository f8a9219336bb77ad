/** The longest delay that Node's timers take: about 24 days. */
const MAX_DELAY_MS = 0x7fffffff;

/** Something that will happen once, unless it is cancelled. */
export interface Timer {
  /** Does nothing once the time has come. */
  cancel(): void;
  /** Lets the timer keep the process alive, as it does at first. */
  ref(): void;
  /** Lets the process end although the timer has not come. */
  unref(): void;
}

/** Time, injected so that a test can run hours in milliseconds. */
export interface Clock {
  /** Milliseconds, with fractions, that only ever grow; those of `performance.now()` on the system's clock. */
  now(): number;
  /** Calls `onTime` once, not earlier than `delayMs` milliseconds from now; delays over 24 days are cut to that. */
  setTimer(delayMs: number, onTime: () => void): Timer;
}

/** The clock of this process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (delayMs, onTime) => new SystemTimer(delayMs, onTime),
};

/** The time of day at an instant of a clock, as that is set now; undefined for undefined. */
export function dateOf(instant: number, clock: Pick<Clock, "now">): Date;
export function dateOf(instant: number | undefined, clock: Pick<Clock, "now">): Date | undefined;
export function dateOf(instant: number | undefined, clock: Pick<Clock, "now">): Date | undefined {
  return instant === undefined ? undefined : new Date(Date.now() - (clock.now() - instant));
}

class SystemTimer implements Timer {
  readonly #timeout: NodeJS.Timeout;

  constructor(delayMs: number, onTime: () => void) {
    this.#timeout = setTimeout(onTime, Math.min(Math.ceil(delayMs), MAX_DELAY_MS));
  }

  cancel(): void {
    clearTimeout(this.#timeout);
  }

  ref(): void {
    this.#timeout.ref();
  }

  unref(): void {
    this.#timeout.unref();
  }
}
