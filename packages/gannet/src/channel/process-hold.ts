import type { Clock, Timer } from "../base/index.ts";

const FOREVER_MS = 0x7fffffff;

/** Keeps the process alive while calls wait; what they wait for does not. */
export class ProcessHold {
  readonly #clock: Clock;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(isNeeded: boolean): void {
    if (isNeeded === (this.#timer !== undefined)) return;
    this.#timer?.cancel();
    this.#timer = isNeeded ? this.#clock.setTimer(FOREVER_MS, () => {}) : undefined;
  }
}
