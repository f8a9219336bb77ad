/** How long to wait between attempts. */
export interface BackoffOptions {
  /**
   * Milliseconds before the second attempt.
   *
   * @default 1000
   */
  readonly initialMs?: number | undefined;
  /**
   * What each further delay is multiplied by.
   *
   * @default 1.6
   */
  readonly multiplier?: number | undefined;
  /**
   * The share of a delay that is added or taken away at random, so that clients do not come back all at once.
   *
   * @default 0.2
   */
  readonly jitter?: number | undefined;
  /**
   * The longest delay, before the random part.
   *
   * @default 120000
   */
  readonly maxMs?: number | undefined;
}

/** Delays that grow from attempt to attempt (grpc/doc/connection-backoff.md). */
export class Backoff {
  readonly #options: { readonly [K in keyof BackoffOptions]-?: number };
  readonly #random: () => number;
  #nextMs: number;

  /** @param random Gives numbers from 0 up to 1, as `Math.random` does. */
  constructor(random: () => number, options: BackoffOptions = {}) {
    this.#options = {
      initialMs: options.initialMs ?? 1000,
      multiplier: options.multiplier ?? 1.6,
      jitter: options.jitter ?? 0.2,
      maxMs: options.maxMs ?? 120_000,
    };
    this.#random = random;
    this.#nextMs = this.#options.initialMs;
  }

  /** Milliseconds from the start of one attempt to that of the next. */
  next(): number {
    const { multiplier, jitter, maxMs } = this.#options;
    const base = Math.min(this.#nextMs, maxMs);
    this.#nextMs = Math.min(base * multiplier, maxMs);
    return base * (1 + jitter * (2 * this.#random() - 1));
  }

  /** An attempt succeeded: the next delay is the first one again. */
  reset(): void {
    this.#nextMs = this.#options.initialMs;
  }
}
