import { create } from "@bufbuild/protobuf";
import { checkOptionKeys } from "../../core/index.ts";
import { type OrcaLoadReport, OrcaLoadReportSchema } from "../proto/xds/data/orca/v3/orca_load_report_pb.ts";

/** Measures of load, under the names of `xds.data.orca.v3.OrcaLoadReport`. What is undefined is not reported. */
export interface LoadMetrics {
  /** Fraction of the processors in use; above 1 where more is asked than there is. */
  readonly cpuUtilization?: number | undefined;
  /** Fraction of the memory in use, from 0 to 1. */
  readonly memUtilization?: number | undefined;
  /** Fraction of what the application can do, in its own measure; above 1 where more is asked than it can. */
  readonly applicationUtilization?: number | undefined;
  /** Calls a second, of all services. */
  readonly rpsFractional?: number | undefined;
  /** Failed calls a second, of all services. */
  readonly eps?: number | undefined;
  /** Fractions of other resources in use, by name, from 0 to 1 each. */
  readonly utilization?: Readonly<Record<string, number>> | undefined;
  /** What a call cost, by name, such as rows that were read. */
  readonly requestCost?: Readonly<Record<string, number>> | undefined;
  /** Measures of the application's own, by name. */
  readonly namedMetrics?: Readonly<Record<string, number>> | undefined;
}

/** The most that a measure may be; undefined for those that are not bounded. */
const FRACTION = 1;
const NUMBERS = {
  cpuUtilization: Number.POSITIVE_INFINITY,
  memUtilization: FRACTION,
  applicationUtilization: Number.POSITIVE_INFINITY,
  rpsFractional: Number.POSITIVE_INFINITY,
  eps: Number.POSITIVE_INFINITY,
} as const;
const MAPS = ["utilization", "requestCost", "namedMetrics"] as const;
const KEYS: ReadonlySet<string> = new Set<string>([...Object.keys(NUMBERS), ...MAPS]);

/** @throws TypeError GANNET_UNKNOWN_OPTION for a measure that there is not */
export function checkMetrics(metrics: LoadMetrics, owner: string): void {
  checkOptionKeys(metrics, KEYS, owner);
}

/**
 * The report of several lots of metrics, a later one before an earlier. Values that a measure cannot have are left out, as
 * gRFC A51 asks: a slip in measuring is no reason to fail a call.
 */
export function createReport(...lots: readonly LoadMetrics[]): OrcaLoadReport {
  const report = create(OrcaLoadReportSchema);
  for (const metrics of lots) {
    for (const key of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
      const value = metrics[key];
      if (value !== undefined && isWithin(value, NUMBERS[key])) report[key] = value;
    }
    for (const key of MAPS) {
      const kept = Object.entries(metrics[key] ?? {}).filter(([, value]) =>
        key === "utilization" ? isWithin(value, FRACTION) : Number.isFinite(value),
      );
      Object.assign(report[key], Object.fromEntries(kept));
    }
  }
  return report;
}

function isWithin(value: number, most: number): boolean {
  return Number.isFinite(value) && value >= 0 && value <= most;
}
