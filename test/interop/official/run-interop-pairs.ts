import type { CaseReport } from "../case-report.ts";
import { withArguments } from "../program/command.ts";
import type { IdentityFiles } from "../program/identity-files.ts";
import { findFreePort, waitForPort } from "../program/ports.ts";
import { RunningProgram, runToEnd } from "../program/running-program.ts";
import { gannetInterop, type InteropPrograms } from "./interop-programs.ts";

const START_TIMEOUT_MS = 15_000;
const CASE_TIMEOUT_MS = 120_000;

/**
 * Runs the cases that both have: gannet's client with the peer's server and the other way round, plaintext and TLS.
 * With `self` the peer has itself on the other side, which tells whether its programs are run as they should be.
 */
export async function runInteropPairs(
  peer: InteropPrograms,
  self: boolean,
  identity: IdentityFiles,
  report: CaseReport,
): Promise<void> {
  const pairs = self
    ? ([[peer, peer]] as const)
    : ([
        [gannetInterop, peer],
        [peer, gannetInterop],
      ] as const);
  for (const [server, client] of pairs) {
    await runPair(server, client, undefined, report);
    await runPair(server, client, identity, report);
  }
}

async function runPair(
  server: InteropPrograms,
  client: InteropPrograms,
  identity: IdentityFiles | undefined,
  report: CaseReport,
): Promise<void> {
  const names = client.clientCases.filter((name) => server.serverCases.includes(name));
  const security = identity === undefined ? "plaintext" : "TLS";
  report.section(`${client.name} calls ${server.name}, ${security}`, names.length);
  const port = await findFreePort();
  const serverFlags = identity === undefined ? [] : server.tls(identity).server;
  const clientFlags = identity === undefined ? [] : client.tls(identity).client;
  const running = new RunningProgram(withArguments(server.server, [`--port=${port}`, ...serverFlags]));
  try {
    await waitForPort(port, START_TIMEOUT_MS);
    const place = ["--server_host=127.0.0.1", `--server_port=${port}`, ...clientFlags];
    for (const name of names) {
      const flags = [...place, `--test_case=${name}`, ...(client.caseFlags?.(name) ?? [])];
      const { code, stdout, stderr } = await runToEnd(withArguments(client.client, flags), CASE_TIMEOUT_MS);
      const got = `exit code ${code}${code === 0 ? "" : `\n${stdout}${stderr}`}`;
      report.add({ name, expected: "exit code 0", got });
    }
  } catch (error) {
    console.log(`${error}\n${running.stderr}`);
  } finally {
    await running.stop();
  }
}
