/** How a process that is attacked tells its parent what happened to it. */

/** What a victim tells. */
export interface Report {
  /** What a server has counted. */
  readonly violations: Readonly<Record<string, number>>;
  /** The same as `onEvent` was told. */
  readonly heard: Readonly<Record<string, number>>;
  /** All events, with their fields as JSON. */
  readonly events: readonly string[];
  /** How many handlers were called, and interceptors before them. */
  readonly handled: number;
  readonly intercepted: number;
  readonly connections: number;
  /** Bytes that are held now, and the most that were since the last report. */
  readonly memory: number;
  readonly peak: number;
  /** What reached the process as a whole. Nothing should. */
  readonly errors: readonly string[];
}

/** What a parent says. */
export type Question = { readonly ask: "report"; readonly id: number } | { readonly ask: "release" };

/** How often it is looked while an attack goes on: a collection takes a few milliseconds each time. */
const LOOK_MS = 200;

/** What a process holds that is not garbage: objects, buffers, and what lies outside of the heap. */
export function heldMemory(): number {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error("run it with --expose-gc");
  // The first one leaves buffers to be swept beside the program.
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Answers the parent's questions, and looks at the memory meanwhile. */
export function answerReports(victim: { report(): Omit<Report, "peak" | "errors">; onRelease(): void }): void {
  const errors: string[] = [];
  const note = (error: unknown) => errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.on("uncaughtException", note).on("unhandledRejection", note);
  let peak = 0;
  setInterval(() => {
    peak = Math.max(peak, heldMemory());
  }, LOOK_MS);
  process.on("message", (question: Question) => {
    if (question.ask === "release") {
      victim.onRelease();
      return;
    }
    const report = victim.report();
    process.send?.({ id: question.id, report: { ...report, peak: Math.max(peak, report.memory), errors } });
    peak = 0;
  });
  // A parent that crashes leaves nobody behind.
  process.on("disconnect", () => process.exit());
}
