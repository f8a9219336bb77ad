import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

/** How long and how hard the soak cases go on, as the official flags that start with `soak_` say. */
export interface SoakOptions {
  /** @default 10 */
  readonly iterations?: number | undefined;
  /** How many iterations may fail, or take too long. @default 0 */
  readonly maxFailures?: number | undefined;
  /** @default 1000 */
  readonly maxLatencyMs?: number | undefined;
  /** @default 10,000 */
  readonly overallTimeoutMs?: number | undefined;
  /** From the start of a call to the start of the next. @default 0 */
  readonly minTimeBetweenCallsMs?: number | undefined;
  /** @default 271,828 */
  readonly requestBytes?: number | undefined;
  /** @default 314,159 */
  readonly responseBytes?: number | undefined;
  /** How many go on at the same time; they share the iterations. @default 1 */
  readonly workers?: number | undefined;
}

/** A channel for one iteration, and what is done with it behind. */
export interface SoakChannel<C> {
  readonly channel: C;
  done(): Promise<void>;
}

/** Makes calls until all iterations are done. Rejects where too many failed, or time was over first. */
export async function soak<C>(
  options: SoakOptions,
  openChannel: () => SoakChannel<C>,
  callOnce: (channel: C) => Promise<void>,
): Promise<void> {
  const { iterations = 10, maxFailures = 0, overallTimeoutMs = 10_000, workers = 1 } = options;
  const giveUpAt = performance.now() + overallTimeoutMs;
  const failures: string[] = [];
  let started = 0;
  let finished = 0;

  async function work(): Promise<void> {
    while (started < iterations && performance.now() < giveUpAt) {
      const index = started++;
      const failure = await runIteration(options, openChannel, callOnce);
      if (failure !== undefined) failures.push(`iteration ${index}: ${failure}`);
      finished++;
    }
  }

  await Promise.all(Array.from({ length: workers }, work));
  if (finished < iterations) failures.push(`${finished} of ${iterations} iterations in ${overallTimeoutMs} ms`);
  else if (failures.length <= maxFailures) return;
  throw new Error(failures.join("\n"));
}

/** Returns why it failed. */
async function runIteration<C>(
  { maxLatencyMs = 1_000, minTimeBetweenCallsMs = 0 }: SoakOptions,
  openChannel: () => SoakChannel<C>,
  callOnce: (channel: C) => Promise<void>,
): Promise<string | undefined> {
  const earliestNext = sleep(minTimeBetweenCallsMs);
  const { channel, done } = openChannel();
  const startedAt = performance.now();
  try {
    await callOnce(channel);
    const latencyMs = performance.now() - startedAt;
    return latencyMs > maxLatencyMs ? `${latencyMs.toFixed()} ms, more than ${maxLatencyMs}` : undefined;
  } catch (error) {
    return String(error);
  } finally {
    await done();
    await earliestNext;
  }
}
