import type { Clock, Timer } from "gannet";

/** A clock that stands still, and knows what waits for it. */
export class FuzzClock implements Clock {
  readonly waiting: Set<object> = new Set();
  #now = 1_000;

  now(): number {
    return this.#now;
  }

  setTimer(_: number, onTime: () => void): Timer {
    const timer = { cancel: () => void this.waiting.delete(timer), ref() {}, unref() {}, onTime };
    this.waiting.add(timer);
    return timer;
  }
}

/** Lets promises run, and what they put off to the next turn. */
export async function settle(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
