import type { Suite } from "../../conformance/suite.ts";
import { CaseReport } from "../case-report.ts";
import { gannetPrograms, grpcJsPrograms } from "../peer/peer-programs.ts";
import { choosePairs, runPairs } from "../peer/run-pairs.ts";
import { createIdentityFiles } from "../program/identity-files.ts";
import { readSuiteOptions } from "./suite-options.ts";

/** Each kind of call with grpc-js on either side. */
export const grpcJsSuite: Suite = {
  summary: "every kind of call with @grpc/grpc-js, both directions, plaintext and TLS",
  async run(args) {
    const options = readSuiteOptions(args, ["calls"]);
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
      await runPairs(pairs, identity, report);
    } finally {
      identity.remove();
    }
    return report.close();
  },
};
