import type { Clock, Timer } from "../base/index.ts";

interface Waiting {
  readonly at: number;
  readonly onTime: () => void;
}

/** A clock that stands still until it is told to go on: hours pass in milliseconds, and always in the same order. */
export class VirtualClock implements Clock {
  #now = 0;
  readonly #waiting = new Set<Waiting>();

  /** How many timers are set. */
  get timers(): number {
    return this.#waiting.size;
  }

  now(): number {
    return this.#now;
  }

  setTimer(delayMs: number, onTime: () => void): Timer {
    const waiting = { at: this.#now + Math.max(0, delayMs), onTime };
    this.#waiting.add(waiting);
    return { cancel: () => void this.#waiting.delete(waiting), ref() {}, unref() {} };
  }

  /** Lets `ms` milliseconds pass. Each timer finds all done that those before it set off. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#waiting.delete(next);
      this.#now = next.at;
      next.onTime();
      await settle();
    }
    this.#now = end;
  }

  #next(end: number): Waiting | undefined {
    let first: Waiting | undefined;
    for (const waiting of this.#waiting) {
      if (waiting.at <= end && (first === undefined || waiting.at < first.at)) first = waiting;
    }
    return first;
  }
}

/** Lets promises and what was put off to the next turn run, and what those put off in their turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((done) => setImmediate(done));
}
