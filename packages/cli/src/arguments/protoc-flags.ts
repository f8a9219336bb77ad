import { Command, Option } from "commander";
import { GANNET_VERSION, PROTOC_VERSION } from "../plugin/index.ts";
import type { Report } from "../report/index.ts";
import { parseCommandLine } from "./command-line.ts";
import { ERROR_FORMAT_DESCRIPTION } from "./error-format.ts";
import { PROTOC_DESCRIPTIONS as descriptions, PROTOC_HELP } from "./protoc-help.ts";

/** Flags with a value, of which there may be one. */
export type SingleFlag =
  | "descriptorSetIn"
  | "descriptorSetOut"
  | "dependencyOut"
  | "encode"
  | "decode"
  | "directDependencies"
  | "optionDependencies";

/** Flags without a value. */
export type SwitchFlag =
  | "includeImports"
  | "includeSourceInfo"
  | "retainOptions"
  | "deterministicOutput"
  | "decodeRaw"
  | "printFreeFieldNumbers"
  | "disallowServices"
  | "fatalWarnings";

/** As they are written, and what help says of them. */
type FlagTexts<F extends string> = Readonly<Record<F, readonly [flags: string, description: string]>>;

const SINGLE_FLAGS: FlagTexts<SingleFlag> = {
  descriptorSetIn: ["--descriptor_set_in <files>", descriptions.descriptorSetIn],
  descriptorSetOut: ["-o, --descriptor_set_out <file>", descriptions.descriptorSetOut],
  dependencyOut: ["--dependency_out <file>", descriptions.dependencyOut],
  encode: ["--encode <type>", descriptions.encode],
  decode: ["--decode <type>", descriptions.decode],
  directDependencies: ["--direct_dependencies <files>", descriptions.directDependencies],
  optionDependencies: ["--option_dependencies <files>", descriptions.optionDependencies],
};

const SWITCHES: FlagTexts<SwitchFlag> = {
  includeImports: ["--include_imports", descriptions.includeImports],
  includeSourceInfo: ["--include_source_info", descriptions.includeSourceInfo],
  retainOptions: ["--retain_options", descriptions.retainOptions],
  deterministicOutput: ["--deterministic_output", descriptions.deterministicOutput],
  decodeRaw: ["--decode_raw", descriptions.decodeRaw],
  printFreeFieldNumbers: ["--print_free_field_numbers", descriptions.printFreeFieldNumbers],
  disallowServices: ["--disallow_services", descriptions.disallowServices],
  fatalWarnings: ["--fatal_warnings", descriptions.fatalWarnings],
};

/** What stands behind protoc's flags, as text and in the order given. */
export interface ProtocFlags {
  readonly files: readonly string[];
  readonly protoPaths: readonly string[];
  readonly plugins: readonly string[];
  /** The values of flags that should have one, each time that it was given. */
  readonly values: Readonly<Record<SingleFlag, readonly string[]>>;
  readonly switches: ReadonlySet<SwitchFlag>;
  /** `--NAME_out`: the name without `_out`. */
  readonly outputs: readonly { readonly name: string; readonly value: string }[];
  /** `--NAME_opt` by name. */
  readonly parameters: ReadonlyMap<string, readonly string[]>;
}

/** Flags of protoc that are not here, each with what to do. */
const ABSENT_FLAGS: Readonly<Record<string, string>> = {
  "--enable_codegen_trace": "leave it out: it is for those who write generators of code for protoc",
  "--notices": "the licences of what gannet contains are in THIRD_PARTY_NOTICES.txt beside the program",
  "--unsafe_allow_out_dir_escape": "let the plugin write into a folder that holds all its files",
};
const ABSENT_PREFIX = "name a script that starts the plugin: --plugin=protoc-gen-NAME=SCRIPT";
const FLAGS_WITH_VALUE = new RegExp(
  `^(-I|-o|--proto_path|--plugin|--error_format|${Object.values(SINGLE_FLAGS)
    .map(([flag]) => longName(flag))
    .join("|")}|--[\\w-]+_(out|opt))$`,
);
const PLUGIN_FLAG = /^--([\w-]+)_(?:out|opt)(?:=|$)/;

/** How the user writes a flag, such as `--encode`. */
export function flagName(flag: SingleFlag | SwitchFlag): string {
  return longName({ ...SINGLE_FLAGS, ...SWITCHES }[flag][0]);
}

function longName(flag: string): string {
  return /--\w+/.exec(flag)?.[0] ?? flag;
}

/** Undefined where there is nothing to do: help was shown, or mistakes were reported. */
export function readProtocFlags(args: readonly string[], report: Report): ProtocFlags | undefined {
  reportMistakes(args, report);
  if (report.hasErrors) return undefined;
  const lists = { protoPaths: [] as string[], plugins: [] as string[] };
  const values = Object.fromEntries(keysOf(SINGLE_FLAGS).map((flag) => [flag, [] as string[]])) as Record<
    SingleFlag,
    string[]
  >;
  const command = new Command("gannet protoc")
    .usage("[flags] FILES")
    .description(descriptions.command)
    .argument("[files...]")
    .addOption(createFlag("-I, --proto_path <dir>", descriptions.protoPath, (value) => lists.protoPaths.push(value)))
    .addOption(createFlag("--plugin <[name=]path>", descriptions.plugin, (value) => lists.plugins.push(value)));
  for (const flag of keysOf(SINGLE_FLAGS)) {
    const [flags, description] = SINGLE_FLAGS[flag];
    command.addOption(createFlag(flags, description, (value) => values[flag].push(value)));
  }
  for (const [flag, description] of Object.values(SWITCHES)) command.option(flag, description);
  command
    .option("--error_format <format>", ERROR_FORMAT_DESCRIPTION)
    .addOption(new Option("--experimental_allow_proto3_optional").hideHelp())
    .version(`libprotoc ${PROTOC_VERSION} (gannet ${GANNET_VERSION})`, "--version", descriptions.version)
    .addHelpText("after", PROTOC_HELP);
  const plugins = addPluginFlags(command, args);
  // As protoc does: without arguments there is help.
  if (!parseCommandLine(command, args.length === 0 ? ["--help"] : args, report)) return undefined;
  const given = command.opts<Record<string, unknown>>();
  const switches = keysOf(SWITCHES).filter((flag) => given[SWITCHES[flag][0].slice(2)] === true);
  return { ...lists, ...plugins, values, switches: new Set(switches), files: command.args };
}

function addPluginFlags(command: Command, args: readonly string[]): Pick<ProtocFlags, "outputs" | "parameters"> {
  const outputs: { name: string; value: string }[] = [];
  const parameters = new Map<string, string[]>();
  for (const name of findPluginNames(args)) {
    const { out, opt } = descriptions.plugins(name);
    command.addOption(createFlag(`--${name}_out <[options:]dir>`, out, (value) => outputs.push({ name, value })));
    command.addOption(
      createFlag(`--${name}_opt <options>`, opt, (value) =>
        parameters.set(name, [...(parameters.get(name) ?? []), value]),
      ),
    );
  }
  return { outputs, parameters };
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
    const hint = Object.hasOwn(ABSENT_FLAGS, flag) ? ABSENT_FLAGS[flag] : undefined;
    const isPrefix = /^--[\w-]+_prefix$/.test(flag);
    if (hint !== undefined || isPrefix) {
      const message = "gannet does not have this flag of protoc";
      report.error({ id: "flag-not-supported", place: flag, message, hint: hint ?? ABSENT_PREFIX });
    }
    const next = args[index + 1];
    if (FLAGS_WITH_VALUE.test(argument) && (next === undefined || next.startsWith("-"))) {
      const message = next === undefined ? "a value is missing behind this flag" : `a value is missing before ${next}`;
      report.error({ id: "option-missing-argument", place: argument, message });
    }
    if (argument === "") {
      const message = "one of the arguments is empty";
      report.error({ id: "argument-empty", message, hint: "look for a variable that is not set in what calls gannet" });
    }
  }
}

function keysOf<T extends object>(table: T): (keyof T)[] {
  return Object.keys(table) as (keyof T)[];
}
