import { Alarm, type Clock } from "../base/index.ts";
import type { CallCounts } from "../observe/index.ts";

/** Finds out that a channel has had no calls for a while: it looks now and then, rather than at each call. */
export class IdleWatch {
  /** How often somebody asked for a connection since it looked last, beside by calls. */
  connects = 0;
  readonly #alarm: Alarm;
  readonly #timeoutMs: number;
  readonly #counts: Pick<CallCounts, "started" | "ended">;
  readonly #isBusy: () => boolean;
  readonly #onIdle: () => void;
  /** How many calls had started or ended when it looked last. */
  #seen = 0;

  /**
   * @param isBusy whether calls are under way, or wait
   * @param onIdle called after so long without calls, and less than twice that; `start` begins anew
   */
  constructor(
    clock: Clock,
    timeoutMs: number,
    counts: Pick<CallCounts, "started" | "ended">,
    isBusy: () => boolean,
    onIdle: () => void,
  ) {
    this.#alarm = new Alarm(clock);
    this.#timeoutMs = timeoutMs;
    this.#counts = counts;
    this.#isBusy = isBusy;
    this.#onIdle = onIdle;
  }

  start(): void {
    this.connects = 0;
    this.#seen = this.#changes;
    this.#alarm.set(this.#timeoutMs, () => {
      if (this.connects > 0 || this.#changes > this.#seen || this.#isBusy()) this.start();
      else this.#onIdle();
    });
  }

  get #changes(): number {
    return this.#counts.started + this.#counts.ended;
  }

  stop(): void {
    this.#alarm.cancel();
  }
}
