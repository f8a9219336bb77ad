import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

const STEP_MS = 20;
const STEPS = 250;

/** What may keep this process alive, by kind. */
export function activeResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Waits until nothing is left beside what `before` has: a socket that was destroyed is closed a turn later. */
export async function settleResources(before: Readonly<Record<string, number>>): Promise<void> {
  let left: string[] = [];
  for (let step = 0; step < STEPS; step++) {
    const now = Object.entries(activeResources());
    left = now.filter(([kind, count]) => count > (before[kind] ?? 0)).map(([kind, count]) => `${kind} ${count}`);
    if (left.length === 0) return;
    await sleep(STEP_MS);
  }
  assert.fail(`left behind: ${left.join(", ")}`);
}

/** Notes what reaches the process as a whole. Nothing should. */
export function watchProcess(): { readonly errors: unknown[]; stop(): void } {
  const errors: unknown[] = [];
  const note = (error: unknown) => errors.push(error);
  process.on("uncaughtExceptionMonitor", note).on("unhandledRejection", note);
  return {
    errors,
    stop: () => process.off("uncaughtExceptionMonitor", note).off("unhandledRejection", note),
  };
}
