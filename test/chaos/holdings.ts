import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { activeResources } from "../robustness/resources.ts";

/** What this process holds when everything that can be collected is. */
export interface Holdings {
  readonly heapBytes: number;
  /** Of buffers. */
  readonly outsideBytes: number;
  /** Handles and timers, by kind. */
  readonly resources: Readonly<Record<string, number>>;
  /** Undefined where the system does not tell. */
  readonly descriptors: number | undefined;
}

const ROUNDS = 4;
const SETTLE_MS = 50;

/** Collects garbage, and looks at what is left. */
export async function takeStock(): Promise<Holdings> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < ROUNDS; round++) {
    collect();
    await sleep(SETTLE_MS);
  }
  const { heapUsed, external } = process.memoryUsage();
  return { heapBytes: heapUsed, outsideBytes: external, resources: activeResources(), descriptors: countDescriptors() };
}

function countDescriptors(): number | undefined {
  try {
    // One of them is that of the folder.
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    return undefined;
  }
}
