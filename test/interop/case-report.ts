/** One case that was run. */
export interface CaseResult {
  readonly name: string;
  readonly expected: string;
  /** undefined where it did not run. */
  readonly got: string | undefined;
}

const MAX_SHOWN = 100;

/** Prints each case as it comes, and counts. */
export class CaseReport {
  #expected = 0;
  #run = 0;
  #passed = 0;

  /** A heading over cases. */
  section(title: string): void {
    console.log(`\n${title}`);
  }

  /** Prints a case. Where it failed, what was expected and what came stand below each other. */
  add({ name, expected, got }: CaseResult): void {
    this.#expected++;
    if (got !== undefined) this.#run++;
    if (got === expected) {
      this.#passed++;
      console.log(`  ok    ${name}: ${shorten(got)}`);
      return;
    }
    console.log(`  FAIL  ${name}`);
    console.log(`        expected ${expected.replaceAll("\n", "\n        ")}`);
    console.log(`        got      ${(got ?? "nothing: it did not run").replaceAll("\n", "\n        ")}`);
  }

  /** Prints the counts. Returns whether all that was expected ran and passed. */
  close(): boolean {
    console.log(`\n${this.#expected} expected, ${this.#run} run`);
    console.log(`${this.#passed} passed, ${this.#expected - this.#passed} failed`);
    return this.#expected > 0 && this.#passed === this.#expected;
  }
}

function shorten(text: string): string {
  const line = text.replaceAll("\n", "\\n");
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN)}…`;
}
