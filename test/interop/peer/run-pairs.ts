import type { CaseReport } from "../case-report.ts";
import { type Command, withArguments } from "../program/command.ts";
import type { IdentityFiles } from "../program/identity-files.ts";
import { RunningProgram, runToEnd } from "../program/running-program.ts";
import { peerCases } from "./peer-cases.ts";
import type { PeerPrograms } from "./peer-programs.ts";

const START_TIMEOUT_MS = 30_000;
const CLIENT_TIMEOUT_MS = 120_000;

/** A server, and the clients that call it. */
export interface Pair {
  readonly server: PeerPrograms;
  readonly client: PeerPrograms;
}

/**
 * The pairs that are named, as `SERVER,CLIENT`, each of them any of `programs`; `pairs` where none are. A pair without
 * gannet tells whether a case is right.
 */
export function choosePairs(
  named: readonly string[] | undefined,
  programs: readonly PeerPrograms[],
  pairs: readonly Pair[],
): Pair[] {
  if (named === undefined) return [...pairs];
  return named.map((text) => {
    const [server, client] = text.split(",").map((name) => programs.find((one) => one.name === name));
    if (server !== undefined && client !== undefined) return { server, client };
    throw new TypeError(`--pair SERVER,CLIENT: of ${programs.map(({ name }) => name).join(", ")}`);
  });
}

/** Runs every case between each pair, plaintext and TLS. */
export async function runPairs(pairs: readonly Pair[], identity: IdentityFiles, report: CaseReport): Promise<void> {
  for (const { server, client } of pairs) {
    for (const { name, command } of client.clients) {
      await runPair(`${name} calls ${server.name}, plaintext`, server.server, command, report);
      await runPair(
        `${name} calls ${server.name}, TLS`,
        withArguments(server.server, ["--cert", identity.cert, "--key", identity.key]),
        withArguments(command, ["--ca", identity.cert]),
        report,
      );
    }
  }
}

async function runPair(title: string, server: Command, client: Command, report: CaseReport): Promise<void> {
  // Besides them, that the client and the server end.
  report.section(title, peerCases.length + 2);
  const running = new RunningProgram(server);
  const results = new Map<string, string>();
  try {
    const [, port = ""] = await running.waitFor(/^PORT (\d+)$/m, START_TIMEOUT_MS);
    const { code, stdout, stderr } = await runToEnd(
      withArguments(client, ["--address", `127.0.0.1:${port}`]),
      CLIENT_TIMEOUT_MS,
    );
    for (const line of stdout.split("\n").filter((text) => text.startsWith("{"))) {
      const { name, got } = JSON.parse(line) as { name: string; got: string };
      results.set(name, got);
    }
    for (const { name, expected } of peerCases) report.add({ name, expected, got: results.get(name) });
    report.add({
      name: "the client ends",
      expected: "exit code 0",
      got: `exit code ${code}${code === 0 ? "" : `\n${stderr}`}`,
    });
  } catch (error) {
    report.add({
      name: "the server starts",
      expected: "its port",
      got: error instanceof Error ? error.message : String(error),
    });
    for (const { name, expected } of peerCases) report.add({ name, expected, got: undefined });
    return;
  } finally {
    const code = await running.stop();
    report.add({
      name: "the server ends when asked",
      expected: "exit code 0",
      got: `exit code ${code}${code === 0 ? "" : `\n${running.stderr}`}`,
    });
  }
}
