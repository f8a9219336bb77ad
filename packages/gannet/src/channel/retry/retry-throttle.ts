/**
 * Spares a server that fails (gRFC A6, "Throttling Retry Attempts and Hedged RPCs"): failures take tokens, successes give a
 * share of one back, and only with more than half of all there are further attempts.
 */
export class RetryThrottle {
  // In thousandths, as sums of fractions are off in the end.
  readonly #maxTokens: number;
  readonly #tokenRatio: number;
  #tokens: number;

  /**
   * @param maxTokens from 1 to 1,000; all are there at first
   * @param tokenRatio above 0; three decimals of it count
   */
  constructor(maxTokens: number, tokenRatio: number) {
    this.#maxTokens = maxTokens * 1000;
    // As it is written: 0.57 * 1000 is less than 570.
    this.#tokenRatio = Math.floor(Number((tokenRatio * 1000).toPrecision(12)));
    this.#tokens = this.#maxTokens;
  }

  /** Whether there may be further attempts. */
  get isOpen(): boolean {
    return this.#tokens > this.#maxTokens / 2;
  }

  onFailure(): void {
    this.#tokens = Math.max(0, this.#tokens - 1000);
  }

  onSuccess(): void {
    this.#tokens = Math.min(this.#maxTokens, this.#tokens + this.#tokenRatio);
  }
}
