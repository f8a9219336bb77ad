import { join } from "node:path";
import { StartedProgram } from "../process/index.ts";
import { paint } from "../report/index.ts";
import { workspace } from "../workspace.ts";

/** The programs wait that long between messages, a second where a person starts them. */
const INTERVAL_MS = 150;
const START_MS = 15_000;
const RUN_MS = 15_000;

/** A server and a client of the tutorial, and what has to come of them. */
export interface TutorialStep {
  /** Its folder in examples/tutorial. */
  readonly name: string;
  /** What the client has to print. */
  readonly printed: RegExp;
  /** The client is told to leave once it has printed that, as by Ctrl-C; else it ends by itself. */
  readonly leavesThen?: boolean | undefined;
}

/** Runs both programs of a step, and shows what they print as it comes. False where something went wrong, and says what. */
export async function runTutorialStep(step: TutorialStep): Promise<boolean> {
  const server = startProgram(step, "server", "127.0.0.1:0");
  try {
    const listening = await server.waitFor(/^listening on port (\d+)$/m, START_MS);
    if (listening === undefined) return fail("the server did not start");
    const client = startProgram(step, "client", `127.0.0.1:${listening[1]}`);
    const printed = await client.waitFor(step.printed, RUN_MS);
    const isToldToLeave = printed === undefined || step.leavesThen === true;
    const clientCode = await (isToldToLeave ? client.stop() : client.waitForEnd(RUN_MS));
    if (printed === undefined) return fail(`the client did not print what it should, ${step.printed}`);
    if (clientCode !== 0) return fail(`the client ended with ${clientCode}`);
    const serverCode = await server.stop();
    return serverCode === 0 || fail(`the server ended with ${serverCode}`);
  } finally {
    await server.stop();
  }
}

function startProgram({ name }: TutorialStep, side: "server" | "client", address: string): StartedProgram {
  const label = paint(side === "server" ? "blue" : "green", side.padEnd(6));
  const file = join(workspace, "examples/dist/tutorial", name, `${side}.js`);
  return new StartedProgram(
    process.execPath,
    ["--enable-source-maps", file],
    { env: { TUTORIAL_ADDRESS: address, TUTORIAL_INTERVAL_MS: String(INTERVAL_MS) } },
    (line) => console.log(`    ${label} ${paint("dim", "│")} ${line}`),
  );
}

function fail(what: string): false {
  console.log(`\n    ${paint("red", `That should not have happened: ${what}.`)} Please report it with the text above.`);
  return false;
}
