/** What a budget is refilled by each second, whatever else happens: keepalives and cancelled calls are no attack. */
const REFILL_PER_SECOND = 200;

/**
 * How many frames of some kind a peer may send that cost us something and are of no use to it. It is spent by such
 * frames, and refilled by time and by frames that are of use.
 */
export class FrameBudget {
  readonly #max: number;
  readonly #now: () => number;
  #left: number;
  #refilledAt: number;

  /** @param now milliseconds on a clock that only goes forward */
  constructor(max: number, now: () => number) {
    this.#max = max;
    this.#now = now;
    this.#left = max;
    this.#refilledAt = now();
  }

  /** Takes one. False where nothing is left. */
  spend(): boolean {
    if (this.#left < 1) this.#refill();
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }

  /** Gives one back, for a frame of use. */
  refund(): void {
    if (this.#left < this.#max) this.#left++;
  }

  /** The clock is asked only once all is spent, so that mostly nobody asks it. */
  #refill(): void {
    const now = this.#now();
    this.#left = Math.min(this.#max, this.#left + ((now - this.#refilledAt) * REFILL_PER_SECOND) / 1000);
    this.#refilledAt = now;
  }
}
