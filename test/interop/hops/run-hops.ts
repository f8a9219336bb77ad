import type { CaseReport } from "../case-report.ts";
import { type Command, nodeProgram, withArguments } from "../program/command.ts";
import { runOrThrow } from "../program/run-or-throw.ts";
import { RunningProgram } from "../program/running-program.ts";
import { hopCases } from "./hop-cases.ts";
import { callWithGannet, type HopAsk, type HopOutcome } from "./hop-client.ts";

const START_TIMEOUT_MS = 30_000;
const CLIENT_TIMEOUT_MS = 60_000;

type Language = "gannet" | "python";

/** The client, and the three servers behind it. */
const ROUTES: readonly (readonly [client: Language, ...servers: Language[]])[] = [
  ["gannet", "gannet", "python", "gannet"],
  ["gannet", "python", "gannet", "gannet"],
  ["gannet", "gannet", "gannet", "python"],
  ["python", "gannet", "gannet", "gannet"],
  ["python", "gannet", "python", "gannet"],
];

/** Runs the cases over servers of which some are made with grpcio. */
export async function runHops(python: { server: Command; client: Command }, report: CaseReport): Promise<void> {
  const commands = { gannet: nodeProgram("hops/server"), python: python.server };
  const clients = { gannet: callWithGannet, python: (ask: HopAsk) => callWithProgram(python.client, ask) };
  for (const [client, ...servers] of ROUTES) {
    report.section(`${client} calls ${servers.join(", which calls ")}`, hopCases.length);
    const programs = servers.map((server) => new RunningProgram(commands[server]));
    try {
      const route = await Promise.all(programs.map(readAddress));
      for (const { name, expected, run } of hopCases) {
        const got = await run(route, clients[client]).catch((error: unknown) => `failed: ${error}`);
        report.add({ name, expected, got });
      }
    } catch (error) {
      console.log(String(error));
    } finally {
      await Promise.all(programs.map((program) => program.stop()));
    }
  }
}

async function readAddress(program: RunningProgram): Promise<string> {
  const [, port = ""] = await program.waitFor(/^PORT (\d+)$/m, START_TIMEOUT_MS);
  return `127.0.0.1:${port}`;
}

/** A client program prints its outcome as a line of JSON. */
async function callWithProgram(command: Command, { call, route, kind, timeoutMs, act }: HopAsk): Promise<HopOutcome> {
  const timeout = timeoutMs === undefined ? [] : ["--timeout-ms", String(timeoutMs)];
  const flags = ["--call", call, "--route", route.join(), "--kind", kind, "--act", act, ...timeout];
  return JSON.parse(await runOrThrow(withArguments(command, flags), CLIENT_TIMEOUT_MS)) as HopOutcome;
}
