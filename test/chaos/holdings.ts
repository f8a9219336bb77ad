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
  /** Likewise; undefined where the system does not tell. */
  readonly descriptors: number | undefined;
}

/** What rare paths take that are compiled late: of ten million calls a tenth of a byte each, of a short run some bytes. */
const TOLERANCE_BYTES = 1 << 20;
/** What a server or a channel keeps at most for what it sends: a peak of calls that wait adds to it, whenever that comes. */
const POOL_BYTES = 2 << 20;
const ROUNDS = 4;
const SETTLE_MS = 50;
/** Who tries to connect has these again and again, but not at all times. */
const PASSING = ["Immediate", "ConnectWrap", "TCPSocketWrap"];
const MAX_LOOKS = 40;

/** Collects garbage, and looks at what is left: in between attempts to connect, where there are some. */
export async function takeStock(): Promise<Holdings> {
  for (let look = 1; ; look++) {
    const stock = await lookOnce();
    if (look === MAX_LOOKS || !PASSING.some((kind) => kind in stock.resources)) return stock;
  }
}

async function lookOnce(): Promise<Holdings> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let resources: Readonly<Record<string, number>> | undefined;
  let descriptors: number | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    collect();
    await sleep(SETTLE_MS);
    const now = activeResources();
    resources = resources === undefined ? now : inBoth(resources, now);
    const opened = countDescriptors();
    if (opened !== undefined) descriptors = Math.min(descriptors ?? opened, opened);
  }
  const { heapUsed, external } = process.memoryUsage();
  return { heapBytes: heapUsed, outsideBytes: external, resources: resources ?? {}, descriptors };
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

/**
 * Prints what was held behind each part of a run; of the first, which warms up, no more may be left at the end.
 *
 * @param pools servers and channels
 */
export function compareHoldings(stocks: readonly Holdings[], pools: number, cases: Cases): void {
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
  cases.check("buffers have not grown", grownOutside <= TOLERANCE_BYTES + pools * POOL_BYTES, kilobytes(grownOutside));
  const more = beside(first.resources, last.resources);
  cases.check("handles have not grown", more === "", more);
  const { descriptors = 0 } = last;
  const { descriptors: before = 0 } = first;
  cases.check("descriptors have not grown", descriptors <= before, `${before}, then ${descriptors}`);
}

/** What is there beside what was before, once sockets had time to close; empty where nothing is. */
export async function resourcesBeside(before: Readonly<Record<string, number>>): Promise<string> {
  let left = "";
  for (let step = 0; step < 100; step++) {
    left = beside(before, activeResources());
    if (left === "") return "";
    await sleep(20);
  }
  return left;
}

function beside(before: Readonly<Record<string, number>>, now: Readonly<Record<string, number>>): string {
  const more = Object.entries(now).filter(([kind, count]) => count > (before[kind] ?? 0));
  return more.map(([kind, count]) => `${kind} ${count}, before ${before[kind] ?? 0}`).join("; ");
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1024).toLocaleString("en")} KiB`;
}
