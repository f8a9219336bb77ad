import { GCProfiler } from "node:v8";

/** Says how much was allocated on the heap, by what each garbage collection found there and left. */
export class AllocationMeter {
  #profiler: GCProfiler | undefined;
  /** What the heap held when that was looked at last. */
  #usedBytes = 0;

  /** Bytes since the last time; 0 the first time. */
  take(): number {
    const profile = this.#profiler?.stop();
    let allocated = 0;
    for (const { beforeGC, afterGC } of profile?.statistics ?? []) {
      allocated += beforeGC.heapStatistics.usedHeapSize - this.#usedBytes;
      this.#usedBytes = afterGC.heapStatistics.usedHeapSize;
    }
    const { heapUsed } = process.memoryUsage();
    if (profile !== undefined) allocated += heapUsed - this.#usedBytes;
    this.#usedBytes = heapUsed;
    this.#profiler = new GCProfiler();
    this.#profiler.start();
    return allocated;
  }
}
