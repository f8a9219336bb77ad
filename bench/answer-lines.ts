import { createInterface } from "node:readline";
import { AllocationMeter } from "./allocation-meter.ts";
import { collectGarbage } from "./collect-garbage.ts";

/** What a process holds. */
export interface Memory {
  /** What JavaScript holds on its heap and outside of it. */
  readonly heapBytes: number;
  readonly rssBytes: number;
}

/** Answers each line of standard input with a line. Calls `onEnd` when there are no more. */
export function answerLines(answer: (line: string) => string | Promise<string>, onEnd: () => void): void {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    void Promise.resolve(answer(line)).then((text) => console.log(text));
  });
  lines.on("close", onEnd);
}

/**
 * Answers `cpu` with the microseconds of processor time so far, `allocated` with the bytes that were taken of the heap
 * since that was asked last, and `memory` with a `Memory` as JSON.
 */
export function answerQuestions(onEnd: () => void): void {
  const allocation = new AllocationMeter();
  answerLines(async (line) => {
    if (line === "memory") return JSON.stringify(await readMemory());
    return String(line === "allocated" ? allocation.take() : cpuMicros());
  }, onEnd);
}

/** Microseconds of processor time that this process has used. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function readMemory(): Promise<Memory> {
  await collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + external, rssBytes: rss };
}
