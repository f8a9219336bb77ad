const PATIENCE_MS = 5_000;

/** What happened to the calls of a server, by the name that their client gave them. */
export class CallNotes<N extends string> {
  readonly #notes = new Map<string, N>();
  readonly #waiting = new Map<string, (note: N) => void>();

  /** The first note of a call counts. */
  note(name: string | undefined, note: N): void {
    if (name === undefined || this.#notes.has(name)) return;
    this.#notes.set(name, note);
    this.#waiting.get(name)?.(note);
  }

  /** Waits for a call's note; `nothing` after five seconds without. */
  async of(name: string): Promise<N | "nothing"> {
    const known = this.#notes.get(name);
    if (known !== undefined) return known;
    return await new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS, "nothing");
      this.#waiting.set(name, (note) => {
        clearTimeout(timer);
        resolve(note);
      });
    });
  }
}
