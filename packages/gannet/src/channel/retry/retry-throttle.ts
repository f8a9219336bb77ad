/**
 * Spares a server that fails (gRFC A6, "Throttling Retry Attempts and Hedged RPCs"): failures take tokens, successes give a
 * share of one back, and only with more than half of all there are further attempts.
 */
export class RetryThrottle {
  readonly #maxTokens: number;
  readonly #tokenRatio: number;
  #tokens: number;

  /**
   * @param maxTokens above 0, up to 1,000; all are there at first
   * @param tokenRatio above 0; three decimals of it count
   */
  constructor(maxTokens: number, tokenRatio: number) {
    this.#maxTokens = maxTokens;
    this.#tokenRatio = Math.floor(tokenRatio * 1000) / 1000;
    this.#tokens = maxTokens;
  }

  /** Whether there may be further attempts. */
  get isOpen(): boolean {
    return this.#tokens > this.#maxTokens / 2;
  }

  onFailure(): void {
    this.#tokens = Math.max(0, this.#tokens - 1);
  }

  onSuccess(): void {
    this.#tokens = Math.min(this.#maxTokens, this.#tokens + this.#tokenRatio);
  }
}
