import { join } from "node:path";
import type { Suite } from "../../suite/suite.ts";
import { runBalancing } from "../balancing/run-balancing.ts";
import { CaseReport } from "../case-report.ts";
import { interopSources, workspace } from "../folders.ts";
import { runHops } from "../hops/run-hops.ts";
import { runInteropPairs } from "../official/run-interop-pairs.ts";
import { createPythonPrograms, gannetPrograms, grpcJsPrograms } from "../peer/peer-programs.ts";
import { choosePairs, type Pair, runPairs } from "../peer/run-pairs.ts";
import { createIdentityFiles } from "../program/identity-files.ts";
import { Python } from "../program/python.ts";
import { runTutorial } from "../tutorial/run-tutorial.ts";
import { createGrpcioTests } from "./grpcio-tests.ts";
import { readSuiteOptions } from "./suite-options.ts";

/** grpcio's own interop tests, each kind of call, the tutorial's steps, and calls that handlers make. */
export const pythonSuite: Suite = {
  summary:
    "grpcio's interop tests, every kind of call, the tutorial, and calls over three servers, both directions, plaintext and TLS",
  async run(args) {
    const options = readSuiteOptions(args, ["official", "calls", "tutorial", "hops", "balancing"]);
    const python = await Python.install();
    const pythonPrograms = await createPythonPrograms(python);
    const pairs = choosePairs(
      options.pairs,
      [gannetPrograms, grpcJsPrograms, pythonPrograms],
      [
        { server: gannetPrograms, client: pythonPrograms },
        { server: pythonPrograms, client: gannetPrograms },
      ],
    );
    const report = new CaseReport();
    if (options.includes("official")) {
      const { programs, identity } = await createGrpcioTests(python);
      await runInteropPairs(programs, options.self, identity, report);
    }
    if (options.includes("calls")) {
      const identity = await createIdentityFiles();
      await runPairs(pairs, identity, report).finally(() => identity.remove());
    }
    if (options.includes("tutorial")) await runTutorials(pairs, python, report);
    if (options.includes("hops")) {
      const proto = join(interopSources, "hops/hop.proto");
      const server = await python.program("hops/server.py", proto);
      await runHops({ server, client: await python.program("hops/client.py", proto) }, report);
    }
    if (options.includes("balancing")) {
      const proto = join(workspace, "proto/grpc/health/v1/health.proto");
      await runBalancing(await python.program("health.py", proto, ["3"]), report);
    }
    return report.close();
  },
};

async function runTutorials(pairs: readonly Pair[], python: Python, report: CaseReport): Promise<void> {
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
}
