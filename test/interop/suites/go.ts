import type { Suite } from "../../conformance/suite.ts";
import { CaseReport } from "../case-report.ts";
import { CASE_NAMES } from "../official/case-names.ts";
import { type Command, nodeProgram, withArguments } from "../program/command.ts";
import { installGoProgram } from "../program/go.ts";
import { createIdentityFiles, type IdentityFiles } from "../program/identity-files.ts";
import { findFreePort, waitForPort } from "../program/ports.ts";
import { RunningProgram, runToEnd } from "../program/running-program.ts";

const VERSION = "v1.83.1";
const START_TIMEOUT_MS = 15_000;
const CASE_TIMEOUT_MS = 20_000;
/** The name that the official test certificates have. */
const HOST_OVERRIDE = "foo.test.google.fr";

interface Programs {
  readonly name: string;
  readonly server: Command;
  readonly client: Command;
}

/** The basic cases of gRPC's interop tests between gannet and grpc-go. */
export const goSuite: Suite = {
  summary: "the 14 basic interop cases with grpc-go, both directions, plaintext and TLS",
  async run(args) {
    const go: Programs = {
      name: "grpc-go",
      server: { file: await installGoProgram(`google.golang.org/grpc/interop/server@${VERSION}`), args: [] },
      client: { file: await installGoProgram(`google.golang.org/grpc/interop/client@${VERSION}`), args: [] },
    };
    const gannet: Programs = { name: "gannet", server: nodeProgram("server"), client: nodeProgram("client") };
    // grpc-go with itself tells whether the programs here are run as they should be.
    const pairs = args.includes("--self")
      ? ([[go, go]] as const)
      : ([
          [gannet, go],
          [go, gannet],
        ] as const);
    const report = new CaseReport();
    const identity = await createIdentityFiles();
    try {
      for (const [server, client] of pairs) {
        await runPair(server, client, undefined, report);
        await runPair(server, client, identity, report);
      }
    } finally {
      identity.remove();
    }
    return report.close();
  },
};

async function runPair(
  server: Programs,
  client: Programs,
  identity: IdentityFiles | undefined,
  report: CaseReport,
): Promise<void> {
  report.section(`${client.name} calls ${server.name}, ${identity === undefined ? "plaintext" : "TLS"}`);
  const port = await findFreePort();
  const [serverTls, clientTls] = tlsArguments(identity);
  const running = new RunningProgram(withArguments(server.server, [`--port=${port}`, ...serverTls]));
  try {
    const failure = await waitForPort(port, START_TIMEOUT_MS).catch(String);
    const place = ["--server_host=127.0.0.1", `--server_port=${port}`, ...clientTls];
    for (const name of CASE_NAMES) {
      if (failure !== undefined) {
        report.add({ name, expected: "exit code 0", got: undefined });
        continue;
      }
      const command = withArguments(client.client, [...place, `--test_case=${name}`]);
      const { code, stdout, stderr } = await runToEnd(command, CASE_TIMEOUT_MS);
      report.add({
        name,
        expected: "exit code 0",
        got: `exit code ${code}${code === 0 ? "" : `\n${stdout}${stderr}`}`,
      });
    }
    if (failure !== undefined) console.log(`${failure}\n${running.stderr}`);
  } finally {
    await running.stop();
  }
}

function tlsArguments(identity: IdentityFiles | undefined): [server: string[], client: string[]] {
  if (identity === undefined) return [[], []];
  return [
    ["--use_tls", `--tls_cert_file=${identity.cert}`, `--tls_key_file=${identity.key}`],
    ["--use_tls", "--use_test_ca", `--ca_file=${identity.cert}`, `--server_host_override=${HOST_OVERRIDE}`],
  ];
}
