import { expandArgumentFiles, type ProtocArguments, parseProtocArguments } from "../arguments/index.ts";
import { encodeDescriptorSet } from "../descriptors/index.ts";
import { compileSources, findInputs, type GeneratorRun, generate } from "../generate/index.ts";
import { OutputFiles, openOutputFile, openOutputFolder, writeOutputs } from "../output/index.ts";
import { findPlugin } from "../plugin/index.ts";
import type { Report } from "../report/index.ts";

/** `gannet protoc`: compiles files and runs plugins on them, with the flags of protoc. */
export async function run(args: readonly string[], report: Report): Promise<void> {
  const parsed = parseProtocArguments(expandArgumentFiles(args, report), report);
  if (parsed === undefined) return;
  const targets = findInputs(parsed.inputs, parsed.roots, report);
  const runs = planRuns(parsed, report);
  const descriptorFile = planDescriptorFile(parsed, report);
  if (report.hasErrors) return;

  const files = await compileSources(targets, parsed.roots, report);
  if (parsed.fatalWarnings && report.hasWarnings) {
    report.error({ id: "fatal-warnings", message: "--fatal_warnings makes the warnings above errors" });
  }
  if (report.hasErrors) return;

  const outputs = new OutputFiles(report);
  if (descriptorFile !== undefined) {
    outputs.addFile({ ...descriptorFile, content: encodeDescriptorSet(files, targets, parsed) });
  }
  await generate(runs, files, targets, outputs, report);
  if (!report.hasErrors) writeOutputs(outputs.all, report);
}

function planRuns(parsed: ProtocArguments, report: Report): GeneratorRun[] {
  return parsed.outputs.flatMap(({ flag, pluginName, parameter, directory }) => {
    const found = findPlugin(pluginName, parsed.plugins);
    const opened = openOutputFolder(directory, { create: false });
    if ("problem" in found) report.error(found.problem);
    if ("problem" in opened) report.error({ ...opened.problem, place: opened.problem.place ?? flag });
    if ("problem" in found || "problem" in opened) return [];
    return [{ flag, plugin: found.plugin, parameter, folder: opened.folder }];
  });
}

function planDescriptorFile(parsed: ProtocArguments, report: Report): { target: string; name: string } | undefined {
  if (parsed.descriptorSetOut === undefined) return undefined;
  const opened = openOutputFile(parsed.descriptorSetOut);
  if (!("problem" in opened)) return { target: opened.path, name: parsed.descriptorSetOut };
  report.error(opened.problem);
  return undefined;
}
