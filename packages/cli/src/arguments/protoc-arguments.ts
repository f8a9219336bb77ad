import path from "node:path";
import type { DescriptorSetOptions } from "../descriptors/index.ts";
import type { Report } from "../report/index.ts";
import { type ImportRoot, parseImportRoots } from "../roots/index.ts";
import { checkProtocFlags } from "./check-protoc-flags.ts";
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

/** What is to be done. */
export type ProtocTask =
  | { readonly kind: "generate" | "decode-raw" | "print-free-field-numbers" }
  /** From text to bytes, or back: of a message of that type. */
  | { readonly kind: "encode" | "decode"; readonly typeName: string };

/** A command line of protoc. */
export interface ProtocArguments extends DescriptorSetOptions {
  readonly task: ProtocTask;
  /** The files to compile, as the user wrote them. */
  readonly inputs: readonly string[];
  /** The current directory where neither `-I` nor `--descriptor_set_in` was given. */
  readonly roots: readonly ImportRoot[];
  /** Files with descriptors to take what no root has from. */
  readonly descriptorSetsIn: readonly string[];
  readonly outputs: readonly OutputRequest[];
  /** Executables by the whole name of the plugin, such as `protoc-gen-go`. */
  readonly plugins: ReadonlyMap<string, string>;
  readonly descriptorSetOut: string | undefined;
  readonly dependencyOut: string | undefined;
  /** What the files may import, by path; undefined where that is not limited. */
  readonly directDependencies: ReadonlySet<string> | undefined;
  readonly optionDependencies: ReadonlySet<string> | undefined;
  /** Whether files may define services. */
  readonly allowServices: boolean;
  readonly fatalWarnings: boolean;
}

/** Reads the arguments behind `gannet protoc`. Undefined where nothing is to be done: help was shown, or mistakes reported. */
export function parseProtocArguments(args: readonly string[], report: Report): ProtocArguments | undefined {
  const flags = readProtocFlags(args, report);
  if (flags === undefined) return undefined;
  const { values, switches } = flags;
  const roots = flags.protoPaths.flatMap(parseImportRoots);
  const descriptorSetsIn = splitList(values.descriptorSetIn[0], path.delimiter);
  const plugins = parsePlugins(flags.plugins, report);
  checkProtocFlags(flags, report);
  if (report.hasErrors) return undefined;
  return {
    task: findTask(flags),
    inputs: [...new Set(flags.files)],
    roots: roots.length === 0 && descriptorSetsIn === undefined ? parseImportRoots(".") : roots,
    descriptorSetsIn: descriptorSetsIn ?? [],
    outputs: flags.outputs.map((output) => parseOutput(output, flags)),
    plugins,
    descriptorSetOut: values.descriptorSetOut[0],
    dependencyOut: values.dependencyOut[0],
    directDependencies: toSet(splitList(values.directDependencies[0], ":")),
    optionDependencies: toSet(splitList(values.optionDependencies[0], ":")),
    allowServices: !switches.has("disallowServices"),
    includeImports: switches.has("includeImports"),
    includeSourceInfo: switches.has("includeSourceInfo"),
    retainOptions: switches.has("retainOptions"),
    fatalWarnings: switches.has("fatalWarnings"),
  };
}

function findTask({ values, switches }: ProtocFlags): ProtocTask {
  const [encode] = values.encode;
  const [decode] = values.decode;
  if (encode !== undefined) return { kind: "encode", typeName: encode };
  if (decode !== undefined) return { kind: "decode", typeName: decode };
  if (switches.has("decodeRaw")) return { kind: "decode-raw" };
  return { kind: switches.has("printFreeFieldNumbers") ? "print-free-field-numbers" : "generate" };
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
    const file = value.slice(equals + 1);
    const name = equals < 0 ? file.replace(/^.*[/\\]/, "").replace(/\.(exe|cmd|bat)$/i, "") : value.slice(0, equals);
    if (!name.startsWith("protoc-gen-")) {
      const message = `no flag runs the plugin "${name}": names of plugins begin with protoc-gen-`;
      const hint = `--plugin=protoc-gen-NAME=${file} is what --NAME_out runs`;
      report.warning({ id: "plugin-name", place: `--plugin=${value}`, message, hint });
    }
    plugins.set(name, file);
  }
  return plugins;
}

function splitList(value: string | undefined, delimiter: string): string[] | undefined {
  return value?.split(delimiter).filter((part) => part !== "");
}

function toSet(list: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return list === undefined ? undefined : new Set(list);
}
