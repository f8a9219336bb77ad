import type { Figures, Row } from "./figures.ts";

/** A ratio that the project holds itself to. */
export interface Comparison {
  readonly work: string;
  readonly ratio: number;
  readonly bar: number;
  readonly goal: number;
  /** Whether a smaller ratio is better. */
  readonly isSmallerBetter: boolean;
}

interface Bar {
  readonly work: string;
  readonly row: string;
  readonly bar: number;
  readonly goal: number;
  readonly isSmallerBetter?: boolean;
  ratio(gannet: Figures, other: Figures): number;
}

const BARS: readonly Bar[] = [
  {
    work: "unary server, 100 in flight: CPU per call, times less than grpc-js",
    row: "server, h2load 1×100, 20 B",
    bar: 12,
    goal: 25,
    ratio: (gannet, other) => other.cpuMicrosPerCall / gannet.cpuMicrosPerCall,
  },
  {
    work: "unary server, h2load 10×10: calls/s against grpc-js",
    row: "server, h2load 10×10, 20 B",
    bar: 10,
    goal: 20,
    ratio: (gannet, other) => gannet.callsPerSecond / other.callsPerSecond,
  },
  {
    work: "unary client, 100 in flight: calls/s against grpc-js",
    row: "client, 100 in flight, 20 B",
    bar: 15,
    goal: 50,
    ratio: (gannet, other) => gannet.callsPerSecond / other.callsPerSecond,
  },
  {
    work: "unary server, c=1: p50 latency against grpc-js",
    row: "server, h2load 1×1, 20 B",
    bar: 0.6,
    goal: 0.45,
    isSmallerBetter: true,
    ratio: (gannet, other) => gannet.p50Micros / other.p50Micros,
  },
];

/** The ratios that have a bar. */
export function compareRows(rows: readonly Row[]): Comparison[] {
  return BARS.flatMap(({ work, row: name, bar, goal, isSmallerBetter = false, ratio }) => {
    const row = rows.find((one) => one.name === name);
    if (row === undefined) return [];
    return [{ work, ratio: ratio(row.figures.gannet, row.figures["grpc-js"]), bar, goal, isSmallerBetter }];
  });
}
