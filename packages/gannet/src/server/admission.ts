/** Something that waits for its turn. */
export interface Waiter {
  /** Its turn has come. */
  onAdmitted(): void;
}

/** Lets so many handlers run at a time; others wait in the order of their coming. */
export class Admission {
  readonly #maxRunning: number;
  readonly #maxQueued: number;
  #running = 0;
  #isAdmitting = false;
  /** A set keeps its order, and a waiter that leaves costs nothing. */
  readonly #queue = new Set<Waiter>();

  constructor(maxRunning: number, maxQueued: number) {
    this.#maxRunning = maxRunning;
    this.#maxQueued = maxQueued;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#queue.size;
  }

  get hasRoom(): boolean {
    return this.#running < this.#maxRunning && this.#queue.size === 0;
  }

  /** `admitted`: go on at once. `queued`: `onAdmitted` will be called. `refused`: too many wait. */
  enter(waiter: Waiter): "admitted" | "queued" | "refused" {
    if (this.hasRoom) {
      this.#running++;
      return "admitted";
    }
    if (this.#queue.size >= this.#maxQueued) return "refused";
    this.#queue.add(waiter);
    return "queued";
  }

  /** Leaves the queue; false where the waiter is not in it. */
  withdraw(waiter: Waiter): boolean {
    return this.#queue.delete(waiter);
  }

  /** One that was admitted is done. */
  leave(): void {
    this.#running--;
    // A handler may be done before `onAdmitted` returns: a loop, or as many calls deep as there are waiters.
    if (this.#isAdmitting) return;
    this.#isAdmitting = true;
    try {
      for (const next of this.#queue) {
        if (this.#running >= this.#maxRunning) break;
        this.#queue.delete(next);
        this.#running++;
        next.onAdmitted();
      }
    } finally {
      this.#isAdmitting = false;
    }
  }
}
