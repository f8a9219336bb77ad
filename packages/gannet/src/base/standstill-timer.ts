import type { Clock, Timer } from "./clock.ts";

/** Looks in a period: it is found out that much of it late at most, and nothing has to be noted when something moves. */
const LOOKS = 4;

/**
 * Tells when a number has stood still for a period: what happens often is counted anyway, and its time would cost more
 * to know. Does not keep the process alive.
 */
export class StandstillTimer {
  readonly #clock: Clock;
  readonly #lookMs: number;
  readonly #read: () => number | undefined;
  readonly #onStandstill: () => void;
  readonly #isHeard: () => boolean;
  #last: number | undefined;
  #quietLooks = 0;
  #timer: Timer | undefined;

  /**
   * @param read the number; undefined while it does not matter, which counts as movement
   * @param onStandstill called once; `start` begins anew
   * @param isHeard whether to tell now; a standstill goes on while there is nobody to tell
   */
  constructor(
    clock: Clock,
    periodMs: number,
    read: () => number | undefined,
    onStandstill: () => void,
    isHeard: () => boolean = () => true,
  ) {
    this.#clock = clock;
    this.#lookMs = periodMs / LOOKS;
    this.#read = read;
    this.#onStandstill = onStandstill;
    this.#isHeard = isHeard;
  }

  start(): void {
    this.stop();
    this.#last = this.#read();
    this.#quietLooks = 0;
    this.#lookLater();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #lookLater(): void {
    this.#timer = this.#clock.setTimer(this.#lookMs, () => this.#look());
    this.#timer.unref();
  }

  #look(): void {
    this.#timer = undefined;
    const now = this.#read();
    if (now !== undefined && now === this.#last) this.#quietLooks++;
    else this.#quietLooks = 0;
    this.#last = now;
    if (this.#quietLooks >= LOOKS && this.#isHeard()) this.#onStandstill();
    else this.#lookLater();
  }
}
