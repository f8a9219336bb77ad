import { setTimeout as sleep } from "node:timers/promises";
import { type Command, withArguments } from "../program/command.ts";
import { RunningProgram } from "../program/running-program.ts";
import type { TutorialStep } from "./tutorial-steps.ts";

const START_TIMEOUT_MS = 30_000;
const END_TIMEOUT_MS = 60_000;
/** A server that has said that it will start needs a moment, and so does one to see that its client has gone. */
const SETTLE_MS = 300;

/** What came of a step. */
export interface StepResult {
  /** What both programs printed, summed up; why there is no sum where a program failed. */
  readonly sum: string;
  /** -1 where a signal ended the program. */
  readonly clientCode: number;
  readonly serverCode: number;
  readonly serverLines: readonly string[];
}

/** Runs the two programs of a step: both get SIGINT, as by Ctrl-C, where they do not end by themselves. */
export async function runStep(step: TutorialStep, server: Command, client: Command): Promise<StepResult> {
  const runningServer = new RunningProgram(withArguments(server, step.serverArguments ?? []));
  try {
    await runningServer.waitFor(/^(?:listening|server will start)/m, START_TIMEOUT_MS);
    await sleep(SETTLE_MS);
    const { sum, clientCode } = await runClient(step, client, runningServer);
    await sleep(SETTLE_MS);
    const serverCode = await runningServer.stop("SIGINT");
    return { sum: sum(), clientCode, serverCode, serverLines: runningServer.lines };
  } finally {
    await runningServer.stop("SIGTERM");
  }
}

async function runClient(
  step: TutorialStep,
  command: Command,
  server: RunningProgram,
): Promise<{ sum: () => string; clientCode: number }> {
  const client = new RunningProgram(withArguments(command, step.clientArguments ?? []));
  if (step.leavesAfter !== undefined) await client.waitFor(step.leavesAfter, END_TIMEOUT_MS);
  const clientCode = await (step.leavesAfter === undefined ? client.waitForEnd(END_TIMEOUT_MS) : client.stop("SIGINT"));
  const sum = () =>
    clientCode === 0 || step.leavesAfter !== undefined
      ? step.sum({ client: client.lines, server: server.lines.slice(1) })
      : `the client ended with ${clientCode}\n${client.stdout}${client.stderr}`;
  return { sum, clientCode };
}
