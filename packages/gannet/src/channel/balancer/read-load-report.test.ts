import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { OrcaLoadReportSchema } from "../../services/proto/xds/data/orca/v3/orca_load_report_pb.ts";
import { readLoadReport } from "./read-load-report.ts";

test("what balancers look at is read out of a report that has more", () => {
  const report = create(OrcaLoadReportSchema, {
    cpuUtilization: 0.5,
    memUtilization: 0.25,
    rpsFractional: 120.5,
    eps: 1.5,
    applicationUtilization: 0.75,
    requestCost: { rows: 3 },
    utilization: { disk: 0.1 },
    namedMetrics: { queue: 7 },
  });
  assert.deepEqual(readLoadReport(toBinary(OrcaLoadReportSchema, report)), {
    cpuUtilization: 0.5,
    memoryUtilization: 0.25,
    applicationUtilization: 0.75,
    requestsPerSecond: 120.5,
    errorsPerSecond: 1.5,
  });
});

test("bytes that are no report are none", () => {
  assert.equal(readLoadReport(Uint8Array.of(9, 0, 0)), undefined);
  assert.equal(readLoadReport(Uint8Array.of(7)), undefined);
});
