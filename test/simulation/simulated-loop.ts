import type { Clock, Timer } from "gannet";

/** Something that happens at an instant. */
interface Happening {
  readonly at: number;
  /** Of those at the same instant the first that was asked for comes first. */
  readonly order: number;
  readonly kind: "timer" | "turn" | "network";
  readonly run: () => void;
  isCancelled: boolean;
  isReferenced: boolean;
}

/** More than any seed needs: what goes on beyond it never ends. */
const MAX_HAPPENINGS = 300_000;
const realImmediate = setImmediate;

/**
 * The event loop and the clock of a simulated world. Timers, turns of the loop and what the network brings happen one
 * after the other in an order that follows from the seed alone; what promises put off happens between them.
 */
export class SimulatedLoop implements Clock {
  #now = 0;
  #order = 0;
  readonly #heap: Happening[] = [];
  happened = 0;
  #turns = 0;

  now(): number {
    return this.#now;
  }

  /** Timers that are set. */
  get timers(): number {
    return this.#count((happening) => happening.kind === "timer");
  }

  /** What waits for the next turn. */
  get turns(): number {
    return this.#turns;
  }

  /** Timers that would keep a process alive. */
  get referencedTimers(): number {
    return this.#count((happening) => happening.kind === "timer" && happening.isReferenced);
  }

  setTimer(delayMs: number, onTime: () => void): Timer {
    const happening = this.#add("timer", this.#now + Math.max(0, delayMs), onTime);
    return {
      cancel: () => {
        happening.isCancelled = true;
      },
      ref: () => {
        happening.isReferenced = true;
      },
      unref: () => {
        happening.isReferenced = false;
      },
    };
  }

  /** In the next turn: what `setImmediate` does. */
  soon(run: () => void): void {
    this.#turns++;
    this.#add("turn", this.#now, () => {
      this.#turns--;
      run();
    });
  }

  /** For the network. */
  at(instant: number, run: () => void): void {
    this.#add("network", Math.max(instant, this.#now), run);
  }

  /** Resolves so many milliseconds later. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.setTimer(ms, resolve));
  }

  /**
   * Lets things happen until `isDone`, or nothing is left to happen.
   *
   * @throws Error where that does not end
   */
  async run(isDone: () => boolean = () => false): Promise<void> {
    await settle();
    while (!isDone()) {
      const next = this.#take();
      if (next === undefined) return;
      if (next.isCancelled) continue;
      if (++this.happened > MAX_HAPPENINGS) throw new Error(`no end after ${MAX_HAPPENINGS} happenings`);
      this.#now = next.at;
      next.run();
      await settle();
    }
  }

  #count(isCounted: (happening: Happening) => boolean): number {
    return this.#heap.filter((happening) => !happening.isCancelled && isCounted(happening)).length;
  }

  #add(kind: Happening["kind"], at: number, run: () => void): Happening {
    const happening = { at, order: this.#order++, kind, run, isCancelled: false, isReferenced: true };
    const heap = this.#heap;
    let index = heap.length;
    heap.push(happening);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(happening, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = happening;
    return happening;
  }

  #take(): Happening | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) child++;
      const smaller = heap[child];
      if (smaller === undefined || !isBefore(smaller, last)) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(one: Happening, other: Happening): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** Lets all promises run. The real turn decides nothing: nothing else waits for one. */
function settle(): Promise<void> {
  return new Promise((resolve) => realImmediate(resolve));
}

/**
 * Runs `run` in a process whose turns are those of `loop` and whose chance is `random`; nothing may wait in real time.
 * All is as it was behind it.
 */
export async function inSimulation<T>(loop: SimulatedLoop, random: () => number, run: () => Promise<T>): Promise<T> {
  const { setImmediate: immediate, setTimeout: timeout } = globalThis;
  const { random: chance } = Math;
  const replacement = (callback: (...args: unknown[]) => void, ...args: unknown[]): void => {
    loop.soon(() => callback(...args));
  };
  globalThis.setImmediate = replacement as typeof setImmediate;
  globalThis.setTimeout = (() => {
    throw new Error("something waits in real time");
  }) as unknown as typeof setTimeout;
  Math.random = random;
  try {
    return await run();
  } finally {
    globalThis.setImmediate = immediate;
    globalThis.setTimeout = timeout;
    Math.random = chance;
  }
}
