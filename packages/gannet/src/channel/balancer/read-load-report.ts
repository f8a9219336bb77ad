import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { LoadReport } from "./balancer.ts";

/** The fields of `xds.data.orca.v3.OrcaLoadReport` that balancers look at; all are doubles. */
const FIELDS: ReadonlyMap<number, keyof LoadReport> = new Map([
  [1, "cpuUtilization"],
  [2, "memoryUtilization"],
  [6, "requestsPerSecond"],
  [7, "errorsPerSecond"],
  [9, "applicationUtilization"],
]);

/** Reads an `OrcaLoadReport`; undefined for bytes that are none: a report is no reason to fail a call. */
export function readLoadReport(bytes: Uint8Array): LoadReport | undefined {
  const report = {
    cpuUtilization: 0,
    memoryUtilization: 0,
    applicationUtilization: 0,
    requestsPerSecond: 0,
    errorsPerSecond: 0,
  };
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      const field = FIELDS.get(number);
      if (field !== undefined && wireType === WireType.Bit64) report[field] = reader.double();
      else reader.skip(wireType, number);
    }
  } catch {
    return undefined;
  }
  return report;
}
