/** Runs tasks one after the other: one that is asked for while another runs waits until that is done. */
export class SerialQueue {
  readonly #tasks: (() => void)[] = [];
  #isRunning = false;

  /** Runs `task` now, or after those that are running and waiting. */
  run(task: () => void): void {
    this.#tasks.push(task);
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let next = this.#tasks.shift(); next !== undefined; next = this.#tasks.shift()) next();
    } finally {
      this.#isRunning = false;
    }
  }
}
