import type { Suite } from "../../suite/suite.ts";
import { CaseReport } from "../case-report.ts";
import { type CaseName, ORCA_CASES, SERVER_ID_CASES } from "../official/case-names.ts";
import { BASIC_AND_SOAK, type InteropPrograms, soakFlags, tlsByFiles } from "../official/interop-programs.ts";
import { runInteropPairs } from "../official/run-interop-pairs.ts";
import { installGoProgram } from "../program/go.ts";
import { createIdentityFiles } from "../program/identity-files.ts";
import { readSuiteOptions } from "./suite-options.ts";

const VERSION = "v1.83.1";
/** The 18 of grpc-go's own interop_test.sh. */
const OFFICIAL_CASES: readonly CaseName[] = [...BASIC_AND_SOAK, ...ORCA_CASES];
/** Its balancer that listens to reports of load, which the ORCA cases are about. */
const ORCA_BALANCER = '{ "loadBalancingConfig": [{ "test_backend_metrics_load_balancer": {} }] }';

/** gRPC's interop cases between gannet and grpc-go. */
export const goSuite: Suite = {
  summary: "the interop cases with grpc-go's client and server, both directions, plaintext and TLS",
  async run(args) {
    const { self } = readSuiteOptions(args, ["official"]);
    const programs: InteropPrograms = {
      name: "grpc-go",
      server: { file: await installGoProgram(`google.golang.org/grpc/interop/server@${VERSION}`), args: [] },
      client: { file: await installGoProgram(`google.golang.org/grpc/interop/client@${VERSION}`), args: [] },
      // Its server does not tell its id.
      serverCases: OFFICIAL_CASES,
      clientCases: [...OFFICIAL_CASES, ...SERVER_ID_CASES],
      tls: tlsByFiles,
      caseFlags,
    };
    const report = new CaseReport();
    const identity = await createIdentityFiles();
    try {
      await runInteropPairs(programs, self, identity, report);
    } finally {
      identity.remove();
    }
    return report.close();
  },
};

function caseFlags(name: CaseName): readonly string[] {
  const orca = ORCA_CASES.some((one) => one === name) ? [`--service_config_json=${ORCA_BALANCER}`] : [];
  return [...orca, ...soakFlags(name)];
}
