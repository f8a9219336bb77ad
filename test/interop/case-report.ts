import { knownFailures } from "./known-failures.ts";

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
  readonly #known: ReadonlyMap<string, string>;
  readonly #print: (line: string) => void;
  #section = "";
  /** How many are still to come in this section, where that was said. */
  #missing = 0;
  #expected = 0;
  #run = 0;
  #passed = 0;

  constructor(known: ReadonlyMap<string, string> = knownFailures, print: (line: string) => void = console.log) {
    this.#known = known;
    this.#print = print;
  }

  /** A heading over cases. Fewer than `expected` are a failure. */
  section(title: string, expected = 0): void {
    this.#expectMissing();
    this.#section = title;
    this.#missing = expected;
    this.#print(`\n${title}${expected === 0 ? "" : `: ${expected} cases`}`);
  }

  /** Prints a case. Where it failed, what was expected and what came stand below each other. */
  add({ name, expected, got }: CaseResult): void {
    if (this.#missing > 0) this.#missing--;
    this.#expected++;
    if (got !== undefined) this.#run++;
    const known = this.#known.get(`${this.#section} › ${name}`);
    if (known !== undefined && got !== undefined) {
      this.#addKnown(name, known, got === expected);
      return;
    }
    if (got === expected) {
      this.#passed++;
      this.#print(`  ok    ${name}: ${shorten(got)}`);
      return;
    }
    this.#print(`  FAIL  ${name}`);
    this.#print(`        expected ${expected.replaceAll("\n", "\n        ")}`);
    this.#print(`        got      ${(got ?? "nothing: it did not run").replaceAll("\n", "\n        ")}`);
  }

  /** Prints the counts. Returns whether all that was expected ran and passed. */
  close(): boolean {
    this.#expectMissing();
    this.#print(`\n${this.#expected} expected, ${this.#run} run`);
    this.#print(`${this.#passed} passed, ${this.#expected - this.#passed} failed`);
    return this.#expected > 0 && this.#passed === this.#expected;
  }

  /** A known failure is none, until it is mended. */
  #addKnown(name: string, reason: string, isMended: boolean): void {
    if (isMended) {
      this.#print(`  FAIL  ${name}: passes, so it has to leave the list of known failures`);
      return;
    }
    this.#passed++;
    this.#print(`  known ${name}: ${reason}`);
  }

  #expectMissing(): void {
    if (this.#missing > 0) this.#print(`  FAIL  ${this.#missing} more did not run`);
    this.#expected += this.#missing;
    this.#missing = 0;
  }
}

function shorten(text: string): string {
  const line = text.replaceAll("\n", "\\n");
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN)}…`;
}
