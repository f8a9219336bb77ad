import { nearest } from "./nearest.ts";

/**
 * So many characters are compared in all, which takes some tenths of a second. A compilation with more unknown names
 * than that has worries that no suggestion lifts, and comparing each with all known ones would take hours.
 */
const MAX_CHARACTERS = 10_000_000;

/** Makes suggestions, until it has made so many that it gives up. */
export class Speller {
  #left = MAX_CHARACTERS;

  /** Whether it has given up: then no candidates need to be collected. */
  get isExhausted(): boolean {
    return this.#left <= 0;
  }

  /** The candidate that is nearest to `name`, as `nearest` finds it. Undefined also for one that has given up. */
  nearest(name: string, candidates: Iterable<string>): string | undefined {
    if (this.isExhausted) return undefined;
    const found = nearest(name, this.#count(candidates));
    return this.isExhausted ? undefined : found;
  }

  *#count(candidates: Iterable<string>): Iterable<string> {
    for (const candidate of candidates) {
      // Looking at a name costs something whatever its length.
      this.#left -= candidate.length + 8;
      if (this.isExhausted) return;
      yield candidate;
    }
  }
}
