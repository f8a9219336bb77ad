import type { Report } from "../report/index.ts";
import { type ImportRoot, parseImportRoots } from "../roots/index.ts";
import { type ProtocFlags, readProtocFlags } from "./protoc-flags.ts";

/** One `--NAME_out`. */
export interface OutputRequest {
  /** The flag as the user wrote it, such as `--es_out`. */
  readonly flag: string;
  /** The plugin's name without `protoc-gen-`. */
  readonly pluginName: string;
  /** What the plugin gets as its parameter: the options before the `:`, then those of `--NAME_opt`. */
  readonly parameter: string;
  readonly directory: string;
}

/** A command line of protoc. */
export interface ProtocArguments {
  /** The files to compile, as the user wrote them. */
  readonly inputs: readonly string[];
  /** The current directory where no `-I` was given. */
  readonly roots: readonly ImportRoot[];
  readonly outputs: readonly OutputRequest[];
  /** Executables by the whole name of the plugin, such as `protoc-gen-go`. */
  readonly plugins: ReadonlyMap<string, string>;
  readonly descriptorSetOut: string | undefined;
  readonly includeImports: boolean;
  readonly includeSourceInfo: boolean;
  readonly retainOptions: boolean;
  readonly fatalWarnings: boolean;
}

/** Reads the arguments behind `gannet protoc`. Undefined where nothing is to be done: help was shown, or mistakes reported. */
export function parseProtocArguments(args: readonly string[], report: Report): ProtocArguments | undefined {
  const flags = readProtocFlags(args, report);
  if (flags === undefined) return undefined;
  const roots = flags.protoPaths.flatMap(parseImportRoots);
  const parsed: ProtocArguments = {
    inputs: [...new Set(flags.files)],
    roots: roots.length === 0 ? parseImportRoots(".") : roots,
    outputs: flags.outputs.map((output) => parseOutput(output, flags)),
    plugins: parsePlugins(flags.plugins, report),
    descriptorSetOut: flags.descriptorSetOut[0],
    includeImports: flags.includeImports,
    includeSourceInfo: flags.includeSourceInfo,
    retainOptions: flags.retainOptions,
    fatalWarnings: flags.fatalWarnings,
  };
  reportContradictions(parsed, flags, report);
  return report.hasErrors ? undefined : parsed;
}

function parseOutput(output: { readonly name: string; readonly value: string }, flags: ProtocFlags): OutputRequest {
  // C:\out is a folder, not the option C.
  const isDrive = process.platform === "win32" && /^[A-Za-z]:[\\/]/.test(output.value);
  const colon = isDrive ? -1 : output.value.indexOf(":");
  const options = [output.value.slice(0, Math.max(colon, 0)), ...(flags.parameters.get(output.name) ?? [])];
  return {
    flag: `--${output.name}_out`,
    pluginName: output.name,
    parameter: options.filter((text) => text !== "").join(","),
    directory: output.value.slice(colon + 1),
  };
}

/** `NAME=PATH`, or a path that ends in the name. */
function parsePlugins(values: readonly string[], report: Report): Map<string, string> {
  const plugins = new Map<string, string>();
  for (const value of values) {
    const equals = value.indexOf("=");
    const path = value.slice(equals + 1);
    const name = equals < 0 ? path.replace(/^.*[/\\]/, "").replace(/\.(exe|cmd|bat)$/i, "") : value.slice(0, equals);
    if (!name.startsWith("protoc-gen-")) {
      const message = `no flag runs the plugin "${name}": names of plugins begin with protoc-gen-`;
      const hint = `--plugin=protoc-gen-NAME=${path} is what --NAME_out runs`;
      report.warning({ id: "plugin-name", place: `--plugin=${value}`, message, hint });
    }
    plugins.set(name, path);
  }
  return plugins;
}

function reportContradictions(parsed: ProtocArguments, flags: ProtocFlags, report: Report): void {
  if (parsed.inputs.length === 0) {
    report.error({ id: "no-input", message: "no .proto file is given", hint: "name the files to compile" });
  }
  if (parsed.outputs.length === 0 && parsed.descriptorSetOut === undefined) {
    const hint = "--es_out=DIR writes TypeScript or JavaScript, -oFILE descriptors";
    report.error({ id: "no-output", message: "nothing to write is asked for", hint });
  }
  if (flags.descriptorSetOut.length > 1) {
    const hint = `it is given for ${flags.descriptorSetOut.join(" and ")}`;
    report.error({
      id: "flag-repeated",
      place: "--descriptor_set_out",
      message: "this flag may be given only once",
      hint,
    });
  }
  for (const name of flags.parameters.keys()) {
    if (flags.outputs.some((output) => output.name === name)) continue;
    const hint = `add --${name}_out=DIR, or leave the options out`;
    report.error({
      id: "options-without-output",
      place: `--${name}_opt`,
      message: "these options have no output",
      hint,
    });
  }
  if (parsed.descriptorSetOut !== undefined) return;
  for (const [flag, given] of [
    ["--include_imports", parsed.includeImports],
    ["--include_source_info", parsed.includeSourceInfo],
    ["--retain_options", parsed.retainOptions],
  ] as const) {
    if (!given) continue;
    report.warning({
      id: "flag-unused",
      place: flag,
      message: "this flag says something only beside --descriptor_set_out",
    });
  }
}
