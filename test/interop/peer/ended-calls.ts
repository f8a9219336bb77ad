const PATIENCE_MS = 5_000;

/** How the calls of a server ended, by the name that their client gave them. */
export class EndedCalls {
  readonly #ends = new Map<string, string>();
  readonly #waiting = new Map<string, (end: string) => void>();

  /** The first end of a call counts. */
  note(name: string | undefined, end: "done" | "cancelled"): void {
    if (name === undefined || this.#ends.has(name)) return;
    this.#ends.set(name, end);
    this.#waiting.get(name)?.(end);
  }

  /** Waits for a call's end; `nothing` after five seconds without. */
  async of(name: string): Promise<string> {
    const known = this.#ends.get(name);
    if (known !== undefined) return known;
    return await new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS, "nothing");
      this.#waiting.set(name, (end) => {
        clearTimeout(timer);
        resolve(end);
      });
    });
  }
}
