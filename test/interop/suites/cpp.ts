import type { Suite } from "../../suite/suite.ts";
import { CaseReport } from "../case-report.ts";
import { COMPRESSION_CASES } from "../official/case-names.ts";
import {
  BASIC_AND_SOAK,
  BASIC_SOAK_AND_ID,
  type InteropPrograms,
  soakFlags,
  tlsByFiles,
} from "../official/interop-programs.ts";
import { runInteropPairs } from "../official/run-interop-pairs.ts";
import { buildCppPrograms } from "../program/cpp.ts";
import { createIdentityFiles } from "../program/identity-files.ts";
import { readSuiteOptions } from "./suite-options.ts";

/** gRPC's interop cases between gannet and gRPC in C++. */
export const cppSuite: Suite = {
  summary: "the interop cases with grpc's client and server in C++, both directions, plaintext and TLS",
  async run(args) {
    const { self } = readSuiteOptions(args, ["official"]);
    const { version, client, server } = await buildCppPrograms();
    console.log(`C++ is gRPC ${version}`);
    const programs: InteropPrograms = {
      name: "C++",
      server,
      client,
      // Its server does not tell its id.
      serverCases: [...BASIC_AND_SOAK, ...COMPRESSION_CASES],
      clientCases: [...BASIC_SOAK_AND_ID, ...COMPRESSION_CASES],
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
