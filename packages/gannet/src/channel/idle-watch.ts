import type { Clock, Timer } from "../base/index.ts";

/** Finds out that a channel has had no calls for a while: it looks now and then, rather than at each call. */
export class IdleWatch {
  /** How many calls were started since it looked last. */
  calls = 0;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #isBusy: () => boolean;
  readonly #onIdle: () => void;
  #timer: Timer | undefined;

  /**
   * @param isBusy whether calls are under way, or wait
   * @param onIdle called after so long without calls, and less than twice that; `start` begins anew
   */
  constructor(clock: Clock, timeoutMs: number, isBusy: () => boolean, onIdle: () => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#isBusy = isBusy;
    this.#onIdle = onIdle;
  }

  start(): void {
    this.calls = 0;
    this.#timer = this.#clock.setTimer(this.#timeoutMs, () => {
      if (this.calls > 0 || this.#isBusy()) this.start();
      else this.#onIdle();
    });
    this.#timer.unref();
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
