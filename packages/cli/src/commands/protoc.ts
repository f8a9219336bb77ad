import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import {
  expandArgumentFiles,
  type ProtocArguments,
  parseProtocArguments,
  readErrorFormat,
} from "../arguments/index.ts";
import { encodeDescriptorSet, readDescriptorSets } from "../descriptors/index.ts";
import {
  checkPolicy,
  checkWarnings,
  compileSources,
  findInputs,
  type GeneratorRun,
  generate,
} from "../generate/index.ts";
import {
  archiveProblem,
  formatDependencyList,
  OutputFiles,
  openOutputFile,
  openOutputFolder,
  writeOutputs,
} from "../output/index.ts";
import { findPlugin } from "../plugin/index.ts";
import type { Report } from "../report/index.ts";
import { SourceReader } from "../roots/index.ts";

/** `gannet protoc`: compiles files and runs plugins on them, with the flags of protoc. */
export async function run(args: readonly string[], report: Report): Promise<void> {
  const expanded = expandArgumentFiles(args, report);
  readErrorFormat(expanded, report);
  if (report.hasErrors) return;
  const parsed = parseProtocArguments(expanded, report);
  if (parsed === undefined) return;
  const descriptors = readDescriptorSets(parsed.descriptorSetsIn, report);
  // A message may be of a type of any of the descriptors: no file need be named.
  const named = findInputs(parsed.inputs, parsed.roots, report, descriptors);
  const targets = named.length === 0 && parsed.task.kind !== "decode-raw" ? [...descriptors.keys()] : named;
  const plan = { runs: planRuns(parsed, report), files: planFiles(parsed, report) };
  if (report.hasErrors) return;

  const reader = new SourceReader(parsed.roots, descriptors);
  const files = targets.length === 0 ? [] : await compileSources(targets, reader, report);
  checkPolicy(
    files.filter(({ name }) => targets.includes(name)),
    parsed,
    reader.displayPath,
    report,
  );
  if (parsed.fatalWarnings) checkWarnings(report);
  if (report.hasErrors) return;

  if (parsed.task.kind === "generate") await write(parsed, plan, { files, targets, reader }, report);
  else await (await import("./protoc-messages.ts")).runTask(parsed.task, files, targets, report);
}

interface Plan {
  readonly runs: readonly GeneratorRun[];
  readonly files: Readonly<Record<"descriptorSet" | "dependencies", { target: string; name: string } | undefined>>;
}

interface Compiled {
  readonly files: readonly FileDescriptorProto[];
  readonly targets: readonly string[];
  readonly reader: SourceReader;
}

async function write(
  parsed: ProtocArguments,
  { runs, files: { descriptorSet, dependencies } }: Plan,
  { files, targets, reader }: Compiled,
  report: Report,
): Promise<void> {
  const outputs = new OutputFiles(report);
  await generate(runs, files, targets, outputs, report);
  const names = outputs.all.map(({ name }) => name).sort();
  if (descriptorSet !== undefined) {
    outputs.addFile({ ...descriptorSet, content: encodeDescriptorSet(files, targets, parsed) });
    names.push(descriptorSet.name);
  }
  if (dependencies !== undefined) {
    // What comes with the compiler is no file that could change.
    const sources = files.flatMap((file) => reader.diskPath(file.name) ?? []);
    outputs.addFile({ ...dependencies, content: formatDependencyList(names, sources) });
  }
  if (!report.hasErrors) writeOutputs(outputs.all, report);
}

function planRuns(parsed: ProtocArguments, report: Report): GeneratorRun[] {
  return parsed.outputs.flatMap(({ flag, pluginName, parameter, directory }) => {
    const found = findPlugin(pluginName, parsed.plugins);
    const archive = archiveProblem(directory);
    const opened = archive === undefined ? openOutputFolder(directory, { create: false }) : { problem: archive };
    if ("problem" in found) report.error(found.problem);
    if ("problem" in opened) report.error({ ...opened.problem, place: opened.problem.place ?? flag });
    if ("problem" in found || "problem" in opened) return [];
    return [{ flag, plugin: found.plugin, parameter, folder: opened.folder }];
  });
}

function planFiles(parsed: ProtocArguments, report: Report): Plan["files"] {
  const plan = (name: string | undefined): { target: string; name: string } | undefined => {
    if (name === undefined) return undefined;
    const opened = openOutputFile(name);
    if (!("problem" in opened)) return { target: opened.path, name };
    report.error(opened.problem);
    return undefined;
  };
  return { descriptorSet: plan(parsed.descriptorSetOut), dependencies: plan(parsed.dependencyOut) };
}
