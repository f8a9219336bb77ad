import type { Clock, Timer } from "./clock.ts";

/** A timer that is set again and again, for one time at a time. It keeps no process alive: what waits for it does, if at all. */
export class Alarm {
  readonly #clock: Clock;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether its time is still to come. */
  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  /** Calls `onTime` once, in so many milliseconds, and not what it was set to before. */
  set(delayMs: number, onTime: () => void): void {
    this.cancel();
    this.#timer = this.#clock.setTimer(Math.max(0, delayMs), () => {
      this.#timer = undefined;
      onTime();
    });
    this.#timer.unref();
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
