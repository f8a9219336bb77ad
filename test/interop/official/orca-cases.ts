import assert from "node:assert/strict";
import { create, equals, fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { createClient } from "gannet";
import { LOAD_METRICS_KEY, OpenRcaService, OrcaLoadReportSchema } from "gannet/orca";
import type { ORCA_CASES } from "./case-names.ts";
import type { TestOrcaReportSchema } from "./grpc/testing/messages_pb.ts";
import { TestService } from "./grpc/testing/test_pb.ts";
import type { InteropCase } from "./interop-case.ts";

type TestReport = Exclude<MessageInitShape<typeof TestOrcaReportSchema>, { $typeName: string }>;

const PER_CALL: TestReport = {
  cpuUtilization: 0.821,
  memoryUtilization: 0.5847,
  requestCost: { cost: 3456.32 },
  utilization: { util: 0.30499 },
};
const OUT_OF_BAND: readonly TestReport[] = [
  { cpuUtilization: 0.821, memoryUtilization: 0.5847, utilization: { util: 0.30499 } },
  { cpuUtilization: 0.29309, memoryUtilization: 0.2, utilization: { util: 0.2039 } },
];

/** Reports of load. gannet has no balancer that would listen to them: the cases read them themselves. */
export const orcaCases: Readonly<Record<(typeof ORCA_CASES)[number], InteropCase>> = {
  async orca_per_rpc({ channel }) {
    const request = { orcaPerQueryReport: PER_CALL };
    const { trailer } = await createClient(TestService, channel).unaryCall(request).response;
    const bytes = trailer.get(LOAD_METRICS_KEY);
    assert.ok(bytes !== undefined, "the trailer had no report");
    assert.deepEqual(fromBinary(OrcaLoadReportSchema, bytes), toReport(PER_CALL));
  },
  async orca_oob({ channel }) {
    const call = createClient(TestService, channel).fullDuplexCall();
    const reports = createClient(OpenRcaService, channel).streamCoreMetrics({ reportInterval: { seconds: 1n } });
    for (const report of OUT_OF_BAND) {
      await call.send({ orcaOobReport: report, responseParameters: [{ size: 1 }] });
      assert.equal((await call.next()).value?.payload?.body.length, 1);
      // What was under way may be older.
      for (;;) {
        const { value } = await reports.next();
        assert.ok(value !== undefined, "the reports ended");
        if (equals(OrcaLoadReportSchema, value, toReport(report))) break;
      }
    }
    reports.cancel();
    call.end();
    assert.equal((await call.next()).done, true);
  },
};

function toReport({ memoryUtilization, ...rest }: TestReport) {
  const memUtilization = memoryUtilization === undefined ? {} : { memUtilization: memoryUtilization };
  return create(OrcaLoadReportSchema, { ...rest, ...memUtilization });
}
