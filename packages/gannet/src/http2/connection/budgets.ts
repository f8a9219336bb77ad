import { Http2Code, Http2Error } from "../http2-error.ts";
import type { Limits } from "./connection-limits.ts";
import { FrameBudget } from "./frame-budget.ts";

/**
 * What a peer may do that costs us more than it. Each limit that is broken ends the connection with ENHANCE_YOUR_CALM,
 * and is counted under a name of its own.
 */
export class Budgets {
  readonly #useless: FrameBudget;
  readonly #resets: FrameBudget;

  /** @param now milliseconds on a clock that only goes forward */
  constructor(limits: Limits, now: () => number) {
    this.#useless = new FrameBudget(limits.maxUselessFrames, now);
    this.#resets = new FrameBudget(limits.maxResets, now);
  }

  /**
   * Frames that are allowed but do nothing must stay few, or they are an attack (CVE-2019-9512, CVE-2019-9515).
   *
   * @param name of few: a kind of frame
   * @throws Http2Error where they are not
   */
  spendUseless(name: string): void {
    if (!this.#useless.spend()) exceeded(`${name}-flood`, `too many frames that do nothing, the last being ${name}`);
  }

  /** DATA went one way or the other: a frame of use. */
  onData(): void {
    this.#useless.refund();
  }

  /**
   * Opening a stream and resetting it costs a client nothing and us a call (CVE-2023-44487, CVE-2025-8671).
   *
   * @throws Http2Error where that was done too often
   */
  spendReset(): void {
    if (!this.#resets.spend()) exceeded("reset-flood", "too many streams that were reset");
  }

  /** A stream has ended as it should. */
  onStreamDone(): void {
    this.#resets.refund();
  }
}

function exceeded(violation: string, message: string): never {
  throw new Http2Error(0, Http2Code.EnhanceYourCalm, message, violation);
}
