import { Command } from "commander";
import { parseCommandLine } from "./arguments/index.ts";
import { GANNET_VERSION } from "./plugin/index.ts";
import { nearestWord, Report } from "./report/index.ts";

/** One of the words behind `gannet`. What it writes and where it fails is its own affair; problems go to the report. */
interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<{ run(args: readonly string[], report: Report): Promise<void> }>;
}

const COMMANDS: ReadonlyMap<string, CommandEntry> = new Map([
  ["gen", { summary: "generate TypeScript from .proto files", load: async () => await import("./commands/gen.ts") }],
  [
    "protoc",
    {
      summary: "compile .proto files with the flags of protoc",
      load: async () => await import("./commands/protoc.ts"),
    },
  ],
]);

/** What other programs call it. */
const MEANS_GEN: readonly string[] = ["generate", "codegen", "compile", "build", "make"];

/** Runs `gannet` with the arguments behind it, and gives the exit code. */
export async function runProgram(given: readonly string[]): Promise<number> {
  const args = given[0] === "help" ? [...given.slice(1, 2), "--help"] : given;
  const [name = "", ...rest] = args;
  const entry = COMMANDS.get(name);
  const report = new Report(process.stderr, entry === undefined ? "gannet" : `gannet ${name}`);
  try {
    if (entry !== undefined) await (await entry.load()).run(rest, report);
    else if (name === "" || name.startsWith("-")) showProgram(args, report);
    else report.error({ id: "unknown-command", message: `unknown command ${name}`, hint: hintFor(name) });
  } catch (error) {
    const trace = error instanceof Error ? error.stack : String(error);
    report.error({
      id: "internal",
      message: `this is a bug in gannet: ${trace}`,
      hint: "please report it, with the files if you can",
    });
  }
  report.close();
  return report.hasErrors ? 1 : 0;
}

function hintFor(word: string): string {
  if (word.endsWith(".proto")) return `gannet gen ${word} --out src/gen generates TypeScript from it`;
  const near = MEANS_GEN.includes(word) ? "gen" : nearestWord(word, [...COMMANDS.keys()]);
  return near === undefined ? "--help lists what there is" : `did you mean ${near}?`;
}

/** Help, and the version. */
function showProgram(args: readonly string[], report: Report): void {
  const program = new Command("gannet")
    .description("gRPC for TypeScript, from the .proto file to production")
    .version(GANNET_VERSION, "-v, --version", "print the version")
    .helpCommand(false);
  for (const [name, { summary }] of COMMANDS) program.command(name).description(summary);
  parseCommandLine(program, args.length === 0 ? ["--help"] : args, report);
}
