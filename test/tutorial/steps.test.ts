/** The tutorial's programs with each other, as the table of their README says, in less time. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findFreePort } from "../interop/program/ports.ts";
import { exampleProgram } from "../interop/tutorial/example-program.ts";
import { runStep } from "../interop/tutorial/run-step.ts";
import { tutorialSteps } from "../interop/tutorial/tutorial-steps.ts";

/** Half of the replies have to come before the deadline, ten times that: a busy machine may be late by as much as the other half. */
const INTERVAL_MS = 400;

describe("the tutorial's step", () => {
  for (const step of tutorialSteps) {
    test(`${step.name} prints what it should, and both programs end cleanly`, async () => {
      const port = await findFreePort();
      const env = { TUTORIAL_ADDRESS: `127.0.0.1:${port}`, TUTORIAL_INTERVAL_MS: String(INTERVAL_MS) };
      const server = exampleProgram(step.folder, "server", env);
      const client = exampleProgram(step.folder, "client", env);
      const { sum, clientCode, serverCode, serverLines } = await runStep(step, server, client);
      assert.equal(sum, step.expected);
      assert.deepEqual({ clientCode, serverCode }, { clientCode: 0, serverCode: 0 });
      assert.equal(serverLines[0], `listening on port ${port}`);
      if (step.folder === "server-stream") {
        // Nobody is left who would read: the generator has ended.
        assert.match(serverLines.at(-1) ?? "", /^the client has gone after \d+$/);
      }
    });
  }
});
