import type { ConnectionTimers } from "./connection-options.ts";

/** How often it is looked: what takes too long is found out that much later at most. */
const LOOK_MS = 1000;

/**
 * Looks once a second whether something takes too long, while there is something that could. It costs nothing otherwise,
 * and what is looked at notes no times of its own.
 */
export class TimeLimits {
  readonly #timers: ConnectionTimers | undefined;
  readonly #now: () => number;
  readonly #look: (now: number) => boolean;
  #timer: { cancel(): void } | undefined;

  /** @param look says whether there is still something that could take too long */
  constructor(timers: ConnectionTimers | undefined, now: () => number, look: (now: number) => boolean) {
    this.#timers = timers;
    this.#now = now;
    this.#look = look;
  }

  /** There is something now. */
  start(): void {
    this.#timer ??= this.#timers?.schedule(this.#now() + LOOK_MS, this);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  onDeadline(): void {
    this.#timer = undefined;
    if (this.#look(this.#now())) this.start();
  }
}
