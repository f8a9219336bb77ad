/**
 * `npm run quickstart`: compiles the tutorial's first .proto file with what was just built, and runs the tutorial's
 * servers and clients, each in a process of its own. Ends with 0 only if each did what it should.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ProgramResult, runProgram } from "./process/index.ts";
import { runTutorialStep, type TutorialStep } from "./quickstart/index.ts";
import { formatSeconds, indent, paint } from "./report/index.ts";
import { workspace } from "./workspace.ts";

const HELLO = "examples/tutorial/hello/helloworld.proto";
const SLIP = "examples/tutorial/hello/slip.proto";

const HELLO_STEP: TutorialStep = {
  name: "hello",
  printed: /^my name is yanilo, i am 18 years old$/m,
};
const STREAM_STEPS: readonly (TutorialStep & { readonly title: string; readonly note: string })[] = [
  {
    title: "A client that streams",
    note: "the server answers after 10 of 15, and the client stops",
    name: "client-stream",
    printed: /^ok$/m,
  },
  {
    title: "A server that streams",
    note: "until the client leaves, here after five",
    name: "server-stream",
    printed: /index:5$/m,
    leavesThen: true,
  },
  {
    title: "Both at once",
    note: "until the client's deadline passes",
    name: "bidi",
    printed: /^DEADLINE_EXCEEDED$/m,
  },
];

async function main(): Promise<number> {
  const started = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "gannet-quickstart-"));
  try {
    const isCompiled = await showCompiler(folder);
    if (!isCompiled) return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  showStep("3. A server and a client in two processes", "examples/tutorial/hello");
  if (!(await runTutorialStep(HELLO_STEP))) return 1;
  let number = 4;
  for (const step of STREAM_STEPS) {
    showStep(`${number++}. ${step.title}`, step.note);
    if (!(await runTutorialStep(step))) return 1;
  }
  showNextSteps(performance.now() - started);
  return 0;
}

async function showCompiler(folder: string): Promise<boolean> {
  showStep("1. A service, compiled to TypeScript with nothing but npm packages", HELLO);
  const generated = await runGannet(["gen", HELLO, "--out", folder], `gen ${HELLO} --out .`);
  const [file] = readdirSync(folder);
  if (generated.code !== 0 || file === undefined) {
    console.log(indent(generated.output, 4));
    console.log(paint("red", "That should not have happened. Please report it with the text above."));
    return false;
  }
  const text = readFileSync(join(folder, file), "utf8");
  console.log(`    ${paint("green", file)} ${paint("dim", "has, beside comments and descriptors:")}\n`);
  console.log(indent(paint("cyan", readTypedParts(text).join("\n")), 4));

  showStep("2. And when a .proto file is wrong", SLIP);
  const slip = await runGannet(["gen", SLIP, "--out", folder], `gen ${SLIP} --out .`);
  console.log(indent(slip.output.trimEnd(), 4));
  // A compiler that takes the slip is broken.
  return slip.code === 1;
}

function showStep(title: string, note: string): void {
  console.log(`\n${paint("bold", title)} ${paint("dim", `(${note})`)}\n`);
}

function runGannet(args: readonly string[], shown: string): Promise<ProgramResult> {
  console.log(`  ${paint("dim", "$")} gannet ${shown}\n`);
  return runProgram(process.execPath, [join(workspace, "packages/cli/dist/main.js"), ...args], {
    env: { FORCE_COLOR: process.stdout.isTTY ? "1" : process.env["FORCE_COLOR"] },
  });
}

/** The message types and services of a generated file, as a reader would sum them up. */
function readTypedParts(text: string): string[] {
  const plain = text.replaceAll(/^ *\/\*\*[\s\S]*?\*\/\n/gm, "");
  return [...plain.matchAll(/^export (?:type [\s\S]*?^\};|const \w+: GenService<[\s\S]*?^\}>)/gm)].map(([part]) =>
    part.replaceAll(/\n{2,}/g, "\n"),
  );
}

function showNextSteps(tookMs: number): void {
  console.log(`
${paint("green", "All of it worked")} ${paint("dim", `(${formatSeconds(tookMs)})`)}

  Read a server and a client               examples/tutorial/hello
  Run them yourself, in two terminals      npm run example -- tutorial/hello/server
                                           npm run example -- tutorial/hello/client
  A service of your own, from nothing      README.md, "From an empty folder"
  The guide                                docs/README.md
  How it all works                         ARCHITECTURE.md
`);
}

process.exitCode = await main();
