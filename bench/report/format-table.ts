import type { Comparison } from "./compare-rows.ts";
import { LIBRARIES, type Row } from "./figures.ts";

/** A row as it is printed when it has been measured. */
export function formatRow({ name, figures }: Row): string {
  const lines = LIBRARIES.map((library) => {
    const { callsPerSecond, cpuMicrosPerCall, p50Micros, p99Micros } = figures[library];
    const calls = Math.round(callsPerSecond).toLocaleString("en").padStart(9);
    const cpu = cpuMicrosPerCall.toFixed(2).padStart(8);
    const times = `p50 ${Math.round(p50Micros)} µs, p99 ${Math.round(p99Micros)} µs`;
    return `  ${library.padEnd(8)}${calls} calls/s${cpu} CPU µs per call, ${times}`;
  });
  const ratio = figures.gannet.callsPerSecond / figures["grpc-js"].callsPerSecond;
  const cpuRatio = figures["grpc-js"].cpuMicrosPerCall / figures.gannet.cpuMicrosPerCall;
  return [`${name}: ${ratio.toFixed(1)}× the calls/s, ${cpuRatio.toFixed(1)}× less CPU`, ...lines].join("\n");
}

/** The ratios with their bars, as a table in Markdown. */
export function formatTable(comparisons: readonly Comparison[]): string {
  const lines = comparisons.map(({ work, ratio, bar, goal, isSmallerBetter }) => {
    const isMet = isSmallerBetter ? ratio <= bar : ratio >= bar;
    const sign = isSmallerBetter ? "≤" : "≥";
    return `| ${work} | ${ratio.toFixed(2)} | ${sign} ${bar} | ${sign} ${goal} | ${isMet ? "met" : "not met"} |`;
  });
  return ["| work | ratio | bar now | goal | bar |", "|---|---|---|---|---|", ...lines].join("\n");
}

/** The figures of all rows, as a table in Markdown. */
export function formatFigures(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ name, figures }) =>
    LIBRARIES.map((library) => {
      const { callsPerSecond, cpuMicrosPerCall, p50Micros, p99Micros } = figures[library];
      const numbers = [
        callsPerSecond.toFixed(0),
        cpuMicrosPerCall.toFixed(2),
        p50Micros.toFixed(0),
        p99Micros.toFixed(0),
      ];
      return `| ${name} | ${library} | ${numbers.join(" | ")} |`;
    }),
  );
  return [
    "| work | library | calls/s | CPU µs per call | p50 µs | p99 µs |",
    "|---|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}
