import { join } from "node:path";
import type { CaseReport } from "../case-report.ts";
import { workspace } from "../folders.ts";
import type { Command } from "../program/command.ts";
import type { Python } from "../program/python.ts";
import { exampleProgram } from "./example-program.ts";
import { runStep } from "./run-step.ts";
import { tutorialSteps } from "./tutorial-steps.ts";

/** Which language each half of a step is written in. */
export interface Halves {
  readonly server: "gannet" | "python";
  readonly client: "gannet" | "python";
}

/** Runs the steps as their reader does: on the tutorial's addresses, a second between messages. */
export async function runTutorial(halves: Halves, python: Python, report: CaseReport): Promise<void> {
  report.section(`tutorial: ${halves.client} calls ${halves.server}`);
  for (const step of tutorialSteps) {
    const { name, folder, expected } = step;
    const got = await Promise.all([half(folder, "server", halves, python), half(folder, "client", halves, python)])
      .then(([server, client]) => runStep(step, server, client))
      .then(
        ({ sum }) => sum,
        (error: unknown) => `failed: ${error}`,
      );
    report.add({ name, expected, got });
  }
}

async function half(folder: string, side: "server" | "client", halves: Halves, python: Python): Promise<Command> {
  if (halves[side] === "gannet") return exampleProgram(folder, side);
  const proto = join(workspace, "examples/tutorial", folder, "helloworld.proto");
  return await python.program(join("tutorial", folder, `${side}.py`), proto);
}
