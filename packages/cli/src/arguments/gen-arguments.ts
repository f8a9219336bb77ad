import { Command } from "commander";
import type { Report } from "../report/index.ts";
import { type ImportRoot, parseImportRoots } from "../roots/index.ts";
import { parseCommandLine } from "./command-line.ts";
import { ERROR_FORMAT_DESCRIPTION } from "./error-format.ts";
import { checkGeneratorOptions } from "./generator-options.ts";

/** A command line of `gannet gen`. */
export interface GenArguments {
  /** Files and folders, as the user wrote them; the current directory where none was given. */
  readonly inputs: readonly string[];
  /** What `-I` gave; empty where the inputs say where imports start. */
  readonly roots: readonly ImportRoot[];
  readonly out: string;
  /** Options for the generator, those of the user behind the defaults. */
  readonly parameter: string;
  /** Whether the files that the inputs import are generated as well. */
  readonly imports: boolean;
  /** Whether codecs are generated for the messages, each file's beside it. */
  readonly codecs: boolean;
  readonly fatalWarnings: boolean;
  /** Whether generated files in `out` are removed that are not generated any more, whichever run made them. */
  readonly clean: boolean;
  /** Whether to go on, and generate again whenever files change. */
  readonly watch: boolean;
}

/** What most TypeScript projects want of protoc-gen-es, and `tsc` accepts under every flag that it has. */
const DEFAULT_OPTIONS: Readonly<Record<string, string>> = {
  target: "ts",
  erasable_syntax: "true",
  import_extension: "js",
};

const HELP = `
Inputs are .proto files, and folders, which are searched for them (node_modules and hidden folders left out); without
any, the current directory is. A folder given, and the folder of a file given, is where imports start; -I replaces that.

The imports of the inputs are generated too, so that the result is complete. google/protobuf/*.proto are not, unless
named as inputs: their types come with @bufbuild/protobuf.

With --codecs each x_pb.ts gets an x_codec.ts beside it: "import "./x_codec.js"" once, where the program begins, and its
messages are encoded and decoded by that code, not by code that is made as the program runs.

A generated file that is there as it should be is not written again. Of a .proto file that is gone the generated one stays,
as another run may have made it; --watch removes what it wrote itself, --clean all files in the output folder that say at
their top that they were generated from a .proto file of which this run generates nothing.

Options are those of @bufbuild/protoc-gen-es; the defaults are ${Object.entries(DEFAULT_OPTIONS)
  .map(([key, value]) => `${key}=${value}`)
  .join(", ")}.

Examples:
  gannet gen helloworld.proto --out src/gen
  gannet gen proto --out src/gen --opt json_types=true
  gannet gen proto --out src/gen --codecs
  gannet gen proto --out src/gen --clean
  gannet gen proto --out src/gen --watch`;

/** Reads the arguments behind `gannet gen`. Undefined where nothing is to be done: help was shown, or mistakes reported. */
export function parseGenArguments(args: readonly string[], report: Report): GenArguments | undefined {
  const command = new Command("gannet gen")
    .usage("[FILES|FOLDERS] --out DIR")
    .description("Generates TypeScript from .proto files: messages and services, one file each.")
    .argument("[inputs...]")
    .option("-o, --out <dir>", "where to write; made where it does not exist")
    .option("-I, --proto_path <dir>", "where imports start; may be repeated", collect)
    .option("--opt <key=value>", "an option of the generator; may be repeated", collect)
    .option("--codecs", "generate codecs as well, for where no code may be evaluated")
    .option("--error_format <format>", ERROR_FORMAT_DESCRIPTION)
    .option("--fatal_warnings", "fail where there are warnings")
    .option("--no-imports", "generate the inputs only, not what they import")
    .option("--clean", "remove what earlier runs generated into the folder, and this one does not")
    .option("-w, --watch", "go on, and generate again what changes")
    .addHelpText("after", HELP);
  if (!parseCommandLine(command, args, report)) return undefined;
  const given = command.opts<{
    out?: string;
    proto_path?: string[];
    opt?: string[];
    imports: boolean;
    codecs?: true;
    fatal_warnings?: true;
    clean?: true;
    watch?: true;
  }>();
  if (given.out === undefined) {
    const hint = "say where, such as --out src/gen";
    report.error({ id: "no-output", message: "no folder to write to is given", hint });
    return undefined;
  }
  const options = (given.opt ?? []).flatMap((text) => text.split(","));
  checkGeneratorOptions(options, report);
  if (report.hasErrors) return undefined;
  return {
    inputs: command.args.length === 0 ? ["."] : [...new Set(command.args)],
    roots: (given.proto_path ?? []).flatMap(parseImportRoots),
    out: given.out,
    parameter: joinOptions(options),
    imports: given.imports,
    codecs: given.codecs === true,
    fatalWarnings: given.fatal_warnings === true,
    clean: given.clean === true,
    watch: given.watch === true,
  };
}

function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** The defaults that `options` say nothing of, and then `options`. */
function joinOptions(options: readonly string[]): string {
  const keys = options.map((option) => option.split("=")[0]);
  const defaults = Object.entries(DEFAULT_OPTIONS).filter(([key]) => !keys.includes(key));
  return [...defaults.map(([key, value]) => `${key}=${value}`), ...options].filter((text) => text !== "").join(",");
}
