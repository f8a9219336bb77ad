import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { activeResources } from "../robustness/resources.ts";
import type { Cases } from "./cases.ts";

/** What this process holds when everything that can be collected is. */
export interface Holdings {
  readonly heapBytes: number;
  /** Of buffers. */
  readonly outsideBytes: number;
  /** Handles and timers, by kind: those that are there whenever it is looked. */
  readonly resources: Readonly<Record<string, number>>;
  /** Undefined where the system does not tell. */
  readonly descriptors: number | undefined;
}

/** What rare paths take that are compiled late: of ten million calls a tenth of a byte each, of a short run some bytes. */
const TOLERANCE_BYTES = 1 << 20;
const ROUNDS = 4;
const SETTLE_MS = 50;

/** Collects garbage, and looks at what is left. */
export async function takeStock(): Promise<Holdings> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let resources: Readonly<Record<string, number>> | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    collect();
    await sleep(SETTLE_MS);
    const now = activeResources();
    resources = resources === undefined ? now : inBoth(resources, now);
  }
  const { heapUsed, external } = process.memoryUsage();
  return { heapBytes: heapUsed, outsideBytes: external, resources: resources ?? {}, descriptors: countDescriptors() };
}

/** What an immediate or a socket that is about to close adds to one look is no leak. */
function inBoth(
  before: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
): Record<string, number> {
  const counts = Object.entries(before).map(([kind, count]) => [kind, Math.min(count, now[kind] ?? 0)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function countDescriptors(): number | undefined {
  try {
    // One of them is that of the folder.
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    return undefined;
  }
}

/** Prints what was held behind each part of a run; of the first, which warms up, no more may be left at the end. */
export function compareHoldings(stocks: readonly Holdings[], cases: Cases): void {
  for (const [index, { heapBytes, outsideBytes, resources, descriptors }] of stocks.entries()) {
    const held = `${kilobytes(heapBytes)} of heap, ${kilobytes(outsideBytes)} outside of it, ${descriptors} descriptors`;
    console.log(`behind part ${index + 1} of ${stocks.length}: ${held}, ${JSON.stringify(resources)}`);
  }
  const [, first, ...rest] = stocks;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return;
  const grown = last.heapBytes - first.heapBytes;
  cases.check("the heap has not grown", grown <= TOLERANCE_BYTES, kilobytes(grown));
  const grownOutside = last.outsideBytes - first.outsideBytes;
  cases.check("buffers have not grown", grownOutside <= TOLERANCE_BYTES, kilobytes(grownOutside));
  const [before, after] = [JSON.stringify(first.resources), JSON.stringify(last.resources)];
  cases.check("handles are as many", before === after, `${before}, then ${after}`);
  const { descriptors } = last;
  cases.check(
    "descriptors are as many",
    descriptors === first.descriptors,
    `${first.descriptors}, then ${descriptors}`,
  );
}

/** What is there beside what was before, once sockets had time to close; empty where nothing is. */
export async function resourcesBeside(before: Readonly<Record<string, number>>): Promise<string> {
  let left: string[] = [];
  for (let step = 0; step < 100; step++) {
    left = Object.entries(activeResources()).flatMap(([kind, count]) =>
      count > (before[kind] ?? 0) ? [`${kind} ${count}`] : [],
    );
    if (left.length === 0) return "";
    await sleep(20);
  }
  return left.join(", ");
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1024).toLocaleString("en")} KiB`;
}
