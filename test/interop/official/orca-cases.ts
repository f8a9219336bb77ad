import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { create, equals, fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { createClient } from "gannet";
import { type BalancerPolicy, type LoadReport, type Pick, SpreadingBalancer } from "gannet/balancer";
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

/** The balancer of these cases, and what it hears of load. */
class LoadListener {
  readonly policy: BalancerPolicy<undefined>;
  /** What came with calls. */
  readonly ofCalls: LoadReport[] = [];
  #wake: (load: LoadReport) => void = () => {};

  constructor() {
    this.policy = {
      name: "test_backend_metrics_load_balancer",
      parseConfig: () => undefined,
      create: (host) =>
        new SpreadingBalancer(
          host,
          ([first]) => ({ pick: (call) => this.#listen(first?.picker.pick(call) ?? { kind: "queue" }) }),
          (_endpoint, subchannel) => void subchannel.watchLoad(1000, (load) => this.#wake(load)),
        ),
    };
  }

  #listen(pick: Pick): Pick {
    if (pick.kind !== "subchannel") return pick;
    return { ...pick, onCallEnd: ({ load }) => load !== undefined && this.ofCalls.push(load) };
  }

  /** The next report apart from calls. */
  next(): Promise<LoadReport> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Reports of load: as they are on the wire, with all that a balancer does not look at, and as a balancer hears of them. */
export const orcaCases: Readonly<Record<(typeof ORCA_CASES)[number], InteropCase>> = {
  async orca_per_rpc({ openChannel }) {
    const listener = new LoadListener();
    const channel = openChannel({ balancers: [listener.policy], loadBalancing: listener.policy.name });
    const request = { orcaPerQueryReport: PER_CALL };
    const { trailer } = await createClient(TestService, channel).unaryCall(request).response;
    await channel.close();
    assert.deepEqual(listener.ofCalls.map(heardOf), [heardOf(PER_CALL)]);
    const bytes = trailer.get(LOAD_METRICS_KEY);
    assert.ok(bytes !== undefined, "the trailer had no report");
    assert.deepEqual(fromBinary(OrcaLoadReportSchema, bytes), toReport(PER_CALL));
  },
  async orca_oob({ openChannel }) {
    const listener = new LoadListener();
    const channel = openChannel({ balancers: [listener.policy], loadBalancing: listener.policy.name });
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
      while (!isDeepStrictEqual(heardOf(await listener.next()), heardOf(report)));
    }
    reports.cancel();
    call.end();
    assert.equal((await call.next()).done, true);
    await channel.close();
  },
};

function heardOf({ cpuUtilization, memoryUtilization }: TestReport): readonly unknown[] {
  return [cpuUtilization, memoryUtilization];
}

function toReport({ memoryUtilization, ...rest }: TestReport) {
  const memUtilization = memoryUtilization === undefined ? {} : { memUtilization: memoryUtilization };
  return create(OrcaLoadReportSchema, { ...rest, ...memUtilization });
}
