import { parseGenArguments, readErrorFormat } from "../arguments/index.ts";
import { checkWarnings, compileSources, findInputs, generate } from "../generate/index.ts";
import { OutputFiles, openOutputFolder, writeOutputs } from "../output/index.ts";
import { CODEC_PLUGIN, findPlugin } from "../plugin/index.ts";
import type { Report } from "../report/index.ts";
import { expandFolders, inferRoots, SourceReader } from "../roots/index.ts";

/** Their types come with @bufbuild/protobuf. */
const WELL_KNOWN = "google/protobuf/";

/** `gannet gen`: generates TypeScript, with what most projects want as the default. */
export async function run(args: readonly string[], report: Report): Promise<void> {
  readErrorFormat(args, report);
  if (report.hasErrors) return;
  const parsed = parseGenArguments(args, report);
  if (parsed === undefined) return;
  const opened = openOutputFolder(parsed.out, { create: true });
  if ("problem" in opened) report.error({ place: "--out", ...opened.problem });
  const found = findPlugin("es", new Map());
  if ("problem" in found) report.error(found.problem);
  const roots = parsed.roots.length > 0 ? parsed.roots : inferRoots(parsed.inputs);
  const inputs = expandFolders(parsed.inputs, report);
  const named = new Set(findInputs(inputs.named, roots, report));
  const searched = findInputs(inputs.searched, roots, report).filter((path) => !path.startsWith(WELL_KNOWN));
  if (report.hasErrors || "problem" in opened || "problem" in found) return;

  const wanted = [...new Set([...named, ...searched])];
  const files = await compileSources(wanted, new SourceReader(roots), report);
  if (parsed.fatalWarnings) checkWarnings(report);
  if (report.hasErrors) return;

  const imports = files.map((file) => file.name).filter((path) => !path.startsWith(WELL_KNOWN));
  const targets = parsed.imports ? [...new Set([...wanted, ...imports])] : wanted;
  const outputs = new OutputFiles(report);
  const { plugin } = found;
  const generator = { flag: "--opt", plugin, parameter: parsed.parameter, folder: opened.folder };
  const codecs = { ...generator, flag: "--codecs", plugin: CODEC_PLUGIN };
  await generate(parsed.codecs ? [generator, codecs] : [generator], files, targets, outputs, report);
  if (report.hasErrors || !writeOutputs(outputs.all, report)) return;
  for (const { name } of outputs.all) process.stdout.write(`wrote ${name}\n`);
}
