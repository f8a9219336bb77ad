import { type Clock, dateOf } from "../base/index.ts";
import { type Code, codeFromNumber, codeToNumber } from "../core/index.ts";

const CODES = 17;

/** How many calls there were, and how they ended. */
export interface CallStats {
  readonly started: number;
  /** Ended with OK. */
  readonly succeeded: number;
  /** Ended with another code. */
  readonly failed: number;
  /** Those that ended, by code; codes that never came are left out. */
  readonly byCode: Readonly<Partial<Record<Code, number>>>;
  /** Undefined before the first. */
  readonly lastStartedAt: Date | undefined;
}

/** Counts calls. Plain integers, as it is asked for each call. */
export class CallCounts {
  started = 0;
  /** On the clock of whoever counts; told once for all calls of a turn. */
  lastStartedAt: number | undefined = undefined;
  readonly #ended: number[] = new Array<number>(CODES).fill(0);

  /** A call has ended; undefined stands for OK. */
  end(code: Code | undefined): void {
    const number = code === undefined ? 0 : codeToNumber(code);
    this.#ended[number] = (this.#ended[number] ?? 0) + 1;
  }

  /** How many are over. */
  get ended(): number {
    return this.#ended.reduce((sum, count) => sum + count);
  }

  stats(clock: Pick<Clock, "now">): CallStats {
    const byCode: Partial<Record<Code, number>> = {};
    const { ended } = this;
    for (const [number, count] of this.#ended.entries()) {
      if (count > 0) byCode[codeFromNumber(number)] = count;
    }
    const succeeded = this.#ended[0] ?? 0;
    return {
      started: this.started,
      succeeded,
      failed: ended - succeeded,
      byCode,
      lastStartedAt: dateOf(this.lastStartedAt, clock),
    };
  }
}
