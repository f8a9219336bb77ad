import { setTimeout as sleep } from "node:timers/promises";

/** How long is waited before each further attempt: a registry or a network mostly comes back in less than a minute. */
const WAITS_MS: readonly number[] = [2_000, 10_000, 30_000];

/**
 * Does what asks a registry or a mirror, again where that fails: one download that breaks off is no failure of what is
 * tested.
 *
 * @param waitsMs before each further attempt
 * @throws what the last attempt threw
 */
export async function tryAgain<T>(attempt: () => Promise<T>, waitsMs: readonly number[] = WAITS_MS): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await attempt();
    } catch (error) {
      console.log(`again in ${waitMs / 1_000} s: ${firstLines(error)}`);
      await sleep(waitMs);
    }
  }
  return await attempt();
}

function firstLines(error: unknown): string {
  return String(error).split("\n").slice(0, 3).join(" | ");
}
