import type { Suite } from "../../conformance/suite.ts";
import { CaseReport } from "../case-report.ts";
import { createPythonPrograms, gannetPrograms, grpcJsPrograms } from "../peer/peer-programs.ts";
import { choosePairs, runPairs } from "../peer/run-pairs.ts";
import { createIdentityFiles } from "../program/identity-files.ts";
import { Python } from "../program/python.ts";
import { runTutorial } from "../tutorial/run-tutorial.ts";

/** Each kind of call, and the tutorial's steps, with grpcio on either side. */
export const pythonSuite: Suite = {
  summary: "every kind of call, and the tutorial, with grpcio from PyPI, both directions, plaintext and TLS",
  async run(args) {
    const python = await Python.install();
    const pythonPrograms = await createPythonPrograms(python);
    const pairs = choosePairs(
      args,
      [gannetPrograms, grpcJsPrograms, pythonPrograms],
      [
        { server: gannetPrograms, client: pythonPrograms },
        { server: pythonPrograms, client: gannetPrograms },
      ],
    );
    const report = new CaseReport();
    const identity = await createIdentityFiles();
    try {
      await runPairs(pairs, identity, report);
      for (const { server, client } of pairs) {
        if (server.name === "grpc-js" || client.name === "grpc-js") continue;
        await runTutorial(
          {
            server: server.name === "python" ? "python" : "gannet",
            client: client.name === "python" ? "python" : "gannet",
          },
          python,
          report,
        );
      }
    } finally {
      identity.remove();
    }
    return report.close();
  },
};
