const TICK_MS = 5;
/** Failures that are told of in full. */
const MAX_TOLD = 5;

/** Calls at a steady rate, whatever the earlier ones do, and who answered them. */
export class Load {
  readonly #call: () => Promise<string>;
  readonly #perSecond: number;
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  /** Who answered each call, in the order of their starts; undefined until it has ended, empty where it failed. */
  readonly #answers: (string | undefined)[] = [];
  readonly #latencies: number[] = [];
  #ended = 0;
  #failed = 0;
  readonly failures: string[] = [];

  /** @param call makes one, and tells who answered */
  constructor(perSecond: number, call: () => Promise<string>) {
    this.#perSecond = perSecond;
    this.#call = call;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  get started(): number {
    return this.#answers.length;
  }

  get failed(): number {
    return this.#failed;
  }

  get seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  /** Milliseconds that all but a share of the calls took at most. */
  latency(share: number): number {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  }

  /** Waits for the next calls, and counts who answered how many. */
  async count(calls: number): Promise<ReadonlyMap<string, number>> {
    const begin = this.started;
    while (this.started < begin + calls || this.#answers.slice(begin, begin + calls).includes(undefined)) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    const counts = new Map<string, number>();
    for (const answer of this.#answers.slice(begin, begin + calls)) {
      if (answer !== undefined) counts.set(answer, (counts.get(answer) ?? 0) + 1);
    }
    return counts;
  }

  /** Starts no further calls, and waits for those that are under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    while (this.#ended < this.started) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }

  #tick(): void {
    const due = Math.floor(this.seconds * this.#perSecond);
    while (this.started < due) this.#start();
  }

  #start(): void {
    const index = this.#answers.push(undefined) - 1;
    const startedAt = performance.now();
    this.#call().then(
      (answer) => this.#end(index, answer, startedAt),
      (error: unknown) => {
        this.#failed++;
        if (this.failures.length < MAX_TOLD) this.failures.push(`after ${this.seconds.toFixed(1)} s: ${String(error)}`);
        this.#end(index, "", startedAt);
      },
    );
  }

  #end(index: number, answer: string, startedAt: number): void {
    this.#ended++;
    this.#answers[index] = answer;
    this.#latencies.push(performance.now() - startedAt);
  }
}
