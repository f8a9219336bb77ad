/** What a run is judged by, case by case. */
export class Cases {
  #passed = 0;
  #failed = 0;

  /** @param otherwise what is so in place of what should be */
  check(what: string, isRight: boolean, otherwise: string): void {
    if (isRight) this.#passed++;
    else {
      this.#failed++;
      console.log(`FAIL ${what}: ${otherwise}`);
    }
  }

  /** Prints the line that closes a run. True where no case failed. */
  close(): boolean {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0;
  }
}

/** Counts things by their names. */
export class NamedCounts {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.#counts.set(name, this.of(name) + count);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get names(): readonly string[] {
    return [...this.#counts.keys()];
  }

  toString(): string {
    return [...this.#counts].map(([name, count]) => `${name} ${count.toLocaleString("en")}`).join(", ");
  }
}
