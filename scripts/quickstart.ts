/** `npm run quickstart`: compiles the tutorial's first .proto file with what was just built, and shows what comes out. */
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type ProgramResult, runProgram } from "./process/index.ts";
import { formatSeconds, indent, paint } from "./report/index.ts";
import { workspace } from "./workspace.ts";

const HELLO = "examples/tutorial/hello/helloworld.proto";
const SLIP = "examples/tutorial/hello/slip.proto";

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "gannet-quickstart-"));
  showStep("1. A service, as every language of gRPC reads it", HELLO);
  console.log(indent(paint("cyan", readFileSync(join(workspace, HELLO), "utf8").trim()), 4));

  showStep("2. Compiled to TypeScript, with nothing but npm packages");
  const started = performance.now();
  const generated = await runGannet(["gen", HELLO, "--out", folder]);
  const files = readdirSync(folder);
  if (generated.code !== 0 || files.length === 0) {
    console.log(indent(generated.output, 4));
    console.log(paint("red", "That should not have happened. Please report it with the text above."));
    return 1;
  }
  for (const file of files) {
    const lines = readFileSync(join(folder, file), "utf8").split("\n").length;
    const took = formatSeconds(performance.now() - started);
    console.log(`    ${paint("green", join(folder, file))} ${paint("dim", `${lines} lines, ${took}`)}`);
  }

  showStep("3. What is in it", "comments and descriptors left out");
  for (const file of files) {
    const parts = readTypedParts(readFileSync(join(folder, file), "utf8"));
    console.log(indent(paint("cyan", parts.join("\n\n")), 4));
  }

  showStep("4. And when a file is wrong", SLIP);
  const slip = await runGannet(["gen", SLIP, "--out", folder]);
  console.log(indent(slip.output.trimEnd(), 4));

  showNextSteps();
  // A compiler that takes the slip is broken.
  return slip.code === 1 ? 0 : 1;
}

function showStep(title: string, note?: string): void {
  console.log(`\n${paint("bold", title)}${note === undefined ? "" : ` ${paint("dim", `(${note})`)}`}\n`);
}

function runGannet(args: readonly string[]): Promise<ProgramResult> {
  const shown = args.map((arg) => (arg.startsWith(workspace) ? relative(workspace, arg) : arg)).join(" ");
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

function showNextSteps(): void {
  console.log(`
${paint("bold", "Next")}

  Compile a .proto file of yours        node packages/cli/dist/main.js gen YOUR.proto --out src
  Keep a Makefile written for protoc    README.md, "In place of protoc"
  Read how it all works                 ARCHITECTURE.md
  Run the tests                         npm test
`);
}

process.exitCode = await main();
