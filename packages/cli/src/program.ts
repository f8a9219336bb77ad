import { Command } from "commander";
import { parseCommandLine } from "./arguments/index.ts";
import { GANNET_VERSION } from "./plugin/index.ts";
import { Report } from "./report/index.ts";

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

/** Runs `gannet` with the arguments behind it, and gives the exit code. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const [name = "", ...rest] = args;
  const entry = COMMANDS.get(name);
  const report = new Report(process.stderr, entry === undefined ? "gannet" : `gannet ${name}`);
  try {
    if (entry === undefined) showProgram(args, report);
    else await (await entry.load()).run(rest, report);
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

/** Help, version, and what to say of a word that is no command. */
function showProgram(args: readonly string[], report: Report): void {
  const program = new Command("gannet")
    .description("gRPC for TypeScript, from the .proto file to production")
    .version(GANNET_VERSION, "-v, --version", "print the version")
    .helpCommand(false);
  for (const [name, { summary }] of COMMANDS) program.command(name).description(summary);
  parseCommandLine(program, args.length === 0 ? ["--help"] : args, report);
}
