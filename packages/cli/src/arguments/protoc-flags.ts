import { Command, Option } from "commander";
import { GANNET_VERSION, PROTOC_VERSION } from "../plugin/index.ts";
import type { Report } from "../report/index.ts";
import { parseCommandLine } from "./command-line.ts";
import { PROTOC_DESCRIPTIONS as descriptions, PROTOC_HELP } from "./protoc-help.ts";

/** What stands behind protoc's flags, as text and in the order given. */
export interface ProtocFlags {
  readonly files: readonly string[];
  readonly protoPaths: readonly string[];
  readonly plugins: readonly string[];
  readonly descriptorSetOut: readonly string[];
  /** `--NAME_out`: the name without `_out`. */
  readonly outputs: readonly { readonly name: string; readonly value: string }[];
  /** `--NAME_opt` by name. */
  readonly parameters: ReadonlyMap<string, readonly string[]>;
  readonly includeImports: boolean;
  readonly includeSourceInfo: boolean;
  readonly retainOptions: boolean;
  readonly fatalWarnings: boolean;
}

/** Flags of protoc for which there is nothing here yet: to say so is better than `unknown`. */
const LATER_FLAGS = [
  "--decode",
  "--decode_raw",
  "--dependency_out",
  "--descriptor_set_in",
  "--deterministic_output",
  "--direct_dependencies",
  "--enable_codegen_trace",
  "--encode",
  "--error_format",
  "--notices",
  "--option_dependencies",
  "--print_free_field_numbers",
  "--unsafe_allow_out_dir_escape",
];
const FLAGS_WITH_VALUE = /^(-I|-o|--proto_path|--plugin|--descriptor_set_out|--[\w-]+_(out|opt))$/;
const PLUGIN_FLAG = /^--([\w-]+)_(?:out|opt)(?:=|$)/;

/** Undefined where there is nothing to do: help was shown, or mistakes were reported. */
export function readProtocFlags(args: readonly string[], report: Report): ProtocFlags | undefined {
  reportMistakes(args, report);
  if (report.hasErrors) return undefined;
  const flags = {
    protoPaths: [] as string[],
    plugins: [] as string[],
    descriptorSetOut: [] as string[],
    outputs: [] as { name: string; value: string }[],
    parameters: new Map<string, string[]>(),
  };
  const command = new Command("gannet protoc")
    .usage("[flags] FILES")
    .description(descriptions.command)
    .argument("[files...]")
    .addOption(createFlag("-I, --proto_path <dir>", descriptions.protoPath, (value) => flags.protoPaths.push(value)))
    .addOption(createFlag("--plugin <[name=]path>", descriptions.plugin, (value) => flags.plugins.push(value)))
    .addOption(
      createFlag("-o, --descriptor_set_out <file>", descriptions.descriptorSetOut, (value) =>
        flags.descriptorSetOut.push(value),
      ),
    )
    .option("--include_imports", descriptions.includeImports)
    .option("--include_source_info", descriptions.includeSourceInfo)
    .option("--retain_options", descriptions.retainOptions)
    .option("--fatal_warnings", descriptions.fatalWarnings)
    .addOption(new Option("--experimental_allow_proto3_optional").hideHelp())
    .version(`libprotoc ${PROTOC_VERSION} (gannet ${GANNET_VERSION})`, "--version", descriptions.version)
    .addHelpText("after", PROTOC_HELP);
  for (const name of findPluginNames(args)) {
    const { out, opt } = descriptions.plugins(name);
    command.addOption(createFlag(`--${name}_out <[options:]dir>`, out, (value) => flags.outputs.push({ name, value })));
    command.addOption(
      createFlag(`--${name}_opt <options>`, opt, (value) =>
        flags.parameters.set(name, [...(flags.parameters.get(name) ?? []), value]),
      ),
    );
  }
  // As protoc does: without arguments there is help.
  if (!parseCommandLine(command, args.length === 0 ? ["--help"] : args, report)) return undefined;
  const given = command.opts<Record<string, true | undefined>>();
  return {
    ...flags,
    files: command.args,
    includeImports: given["include_imports"] ?? false,
    includeSourceInfo: given["include_source_info"] ?? false,
    retainOptions: given["retain_options"] ?? false,
    fatalWarnings: given["fatal_warnings"] ?? false,
  };
}

function createFlag(flags: string, description: string, add: (value: string) => void): Option {
  return new Option(flags, description).argParser((value) => {
    add(value);
    return value;
  });
}

/** The plugins that the arguments name, and `es`, so that a slip in its flags is told. */
function findPluginNames(args: readonly string[]): Set<string> {
  const names = args.map((argument) => PLUGIN_FLAG.exec(argument)?.[1] ?? "");
  return new Set(["es", ...names.filter((name) => name !== "" && name !== "descriptor_set" && name !== "dependency")]);
}

/** What a parser of any command line would not notice. */
function reportMistakes(args: readonly string[], report: Report): void {
  for (const [index, argument] of args.entries()) {
    const flag = argument.replace(/=.*$/s, "");
    if (LATER_FLAGS.includes(flag)) {
      const message = "gannet does not have this flag of protoc yet";
      report.error({ id: "flag-not-supported", place: flag, message, hint: "run protoc itself for it" });
    }
    const next = args[index + 1];
    if (FLAGS_WITH_VALUE.test(argument) && (next === undefined || next.startsWith("-"))) {
      const message = next === undefined ? "a value is missing behind this flag" : `a value is missing before ${next}`;
      report.error({ id: "option-missing-argument", place: argument, message });
    }
    if (argument === "") {
      const hint = "look for a variable that is not set in what calls gannet";
      report.error({ id: "argument-empty", message: "one of the arguments is empty", hint });
    }
  }
}
