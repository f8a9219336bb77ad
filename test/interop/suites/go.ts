import type { Suite } from "../../conformance/suite.ts";
import { CaseReport } from "../case-report.ts";
import {
  BASIC_AND_SOAK,
  BASIC_SOAK_AND_ID,
  type InteropPrograms,
  soakFlags,
  tlsByFiles,
} from "../official/interop-programs.ts";
import { runInteropPairs } from "../official/run-interop-pairs.ts";
import { installGoProgram } from "../program/go.ts";
import { createIdentityFiles } from "../program/identity-files.ts";
import { readSuiteOptions } from "./suite-options.ts";

const VERSION = "v1.83.1";

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
      serverCases: BASIC_AND_SOAK,
      clientCases: BASIC_SOAK_AND_ID,
      tls: tlsByFiles,
      caseFlags: soakFlags,
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
