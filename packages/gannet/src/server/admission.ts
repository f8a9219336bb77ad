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

  /** `admitted`: go on at once. `queued`: `onAdmitted` will be called. `refused`: too many wait. */
  enter(waiter: Waiter): "admitted" | "queued" | "refused" {
    if (this.#running < this.#maxRunning) {
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
    for (const next of this.#queue) {
      this.#queue.delete(next);
      next.onAdmitted();
      return;
    }
    this.#running--;
  }
}
