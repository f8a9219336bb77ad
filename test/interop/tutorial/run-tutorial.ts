import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CaseReport } from "../case-report.ts";
import { workspace } from "../folders.ts";
import { type Command, withArguments } from "../program/command.ts";
import type { Python } from "../program/python.ts";
import { RunningProgram } from "../program/running-program.ts";
import { type TutorialStep, tutorialSteps } from "./tutorial-steps.ts";

const START_TIMEOUT_MS = 30_000;
const END_TIMEOUT_MS = 60_000;
/** A program that has said that it will start needs a moment. */
const SETTLE_MS = 300;

/** Which language each half of a step is written in. */
export interface Halves {
  readonly server: "gannet" | "python";
  readonly client: "gannet" | "python";
}

/** Runs the steps as their reader does: on the tutorial's addresses, a second between messages. */
export async function runTutorial(halves: Halves, python: Python, report: CaseReport): Promise<void> {
  report.section(`tutorial: ${halves.client} calls ${halves.server}`);
  for (const step of tutorialSteps) {
    const got = await runStep(step, halves, python).catch((error: unknown) => `failed: ${error}`);
    report.add({ name: step.name, expected: step.expected, got });
  }
}

async function runStep(step: TutorialStep, halves: Halves, python: Python): Promise<string> {
  const server = new RunningProgram(
    withArguments(await half(step.folder, "server", halves.server, python), step.serverArguments ?? []),
  );
  try {
    await server.waitFor(/^(?:listening|server will start)/m, START_TIMEOUT_MS);
    await sleep(SETTLE_MS);
    const client = new RunningProgram(
      withArguments(await half(step.folder, "client", halves.client, python), step.clientArguments ?? []),
    );
    if (step.leavesAfter !== undefined) {
      await client.waitFor(step.leavesAfter, END_TIMEOUT_MS);
      await client.stop("SIGINT");
    } else {
      const code = await client.waitForEnd(END_TIMEOUT_MS);
      if (code !== 0) return `the client ended with ${code}\n${client.stdout}${client.stderr}`;
    }
    await sleep(SETTLE_MS);
    return step.sum({ client: client.lines, server: server.lines.slice(1) });
  } finally {
    await server.stop("SIGINT");
  }
}

async function half(folder: string, side: "server" | "client", language: string, python: Python): Promise<Command> {
  if (language === "python") {
    const proto = join(workspace, "examples/tutorial", folder, "helloworld.proto");
    return await python.program(join("tutorial", folder, `${side}.py`), proto);
  }
  return {
    file: process.execPath,
    args: ["--enable-source-maps", join(workspace, "examples/dist/tutorial", folder, `${side}.js`)],
  };
}
