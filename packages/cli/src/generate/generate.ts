import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { createRuntimeFiles } from "../descriptors/index.ts";
import type { OutputFiles, OutputFolder } from "../output/index.ts";
import { type Plugin, runPlugin } from "../plugin/index.ts";
import type { Report } from "../report/index.ts";

/** One plugin, and where what it makes is to go. */
export interface GeneratorRun {
  /** The flag that asked for it. */
  readonly flag: string;
  readonly plugin: Plugin;
  readonly parameter: string;
  readonly folder: OutputFolder;
}

/** Runs plugins on the files of `targets`, all at the same time, and puts what they make into `outputs`. */
export async function generate(
  runs: readonly GeneratorRun[],
  files: readonly FileDescriptorProto[],
  targets: readonly string[],
  outputs: OutputFiles,
  report: Report,
): Promise<void> {
  if (runs.length === 0) return;
  const runtimeFiles = createRuntimeFiles(files, targets);
  const outcomes = await Promise.all(
    runs.map(({ plugin, parameter }) => runPlugin(plugin, { targets, files, runtimeFiles, parameter })),
  );
  for (const [index, { flag, folder }] of runs.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) continue;
    if ("failure" in outcome) report.error({ ...outcome.failure, place: flag });
    else outputs.add(flag, folder, outcome.response.file);
  }
}
