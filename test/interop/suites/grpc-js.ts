import type { Suite } from "../../suite/suite.ts";
import { CaseReport } from "../case-report.ts";
import { BASIC_SOAK_AND_ID, type InteropPrograms, soakFlags, tlsByFiles } from "../official/interop-programs.ts";
import { runInteropPairs } from "../official/run-interop-pairs.ts";
import { gannetPrograms, grpcJsPrograms } from "../peer/peer-programs.ts";
import { choosePairs, runPairs } from "../peer/run-pairs.ts";
import { nodeProgram } from "../program/command.ts";
import { createIdentityFiles } from "../program/identity-files.ts";
import { readSuiteOptions } from "./suite-options.ts";

/** Made with grpc-js, whose own interop programs are not published. */
const grpcJsInterop: InteropPrograms = {
  name: "grpc-js",
  server: nodeProgram("grpc-js/interop-server"),
  client: nodeProgram("grpc-js/interop-client"),
  serverCases: BASIC_SOAK_AND_ID,
  clientCases: BASIC_SOAK_AND_ID,
  tls: tlsByFiles,
  caseFlags: soakFlags,
};

/** The interop cases and each kind of call, with grpc-js on either side. */
export const grpcJsSuite: Suite = {
  summary: "the interop cases and every kind of call with @grpc/grpc-js, both directions, plaintext and TLS",
  async run(args) {
    const options = readSuiteOptions(args, ["official", "calls"]);
    const pairs = choosePairs(
      options.pairs,
      [gannetPrograms, grpcJsPrograms],
      [
        { server: gannetPrograms, client: grpcJsPrograms },
        { server: grpcJsPrograms, client: gannetPrograms },
      ],
    );
    const report = new CaseReport();
    const identity = await createIdentityFiles();
    try {
      if (options.includes("official")) await runInteropPairs(grpcJsInterop, options.self, identity, report);
      if (options.includes("calls")) await runPairs(pairs, identity, report);
    } finally {
      identity.remove();
    }
    return report.close();
  },
};
