import { parseGenArguments, readErrorFormat } from "../arguments/index.ts";
import { Generation } from "../generate/index.ts";
import { findPlugin } from "../plugin/index.ts";
import type { Report } from "../report/index.ts";

/** `gannet gen`: generates TypeScript, with what most projects want as the default. */
export async function run(args: readonly string[], report: Report): Promise<void> {
  readErrorFormat(args, report);
  if (report.hasErrors) return;
  const parsed = parseGenArguments(args, report);
  if (parsed === undefined) return;
  const found = findPlugin("es", new Map());
  if ("problem" in found) {
    report.error(found.problem);
    return;
  }
  const generation = new Generation(parsed, found.plugin);
  if (!parsed.watch) {
    const { written, removed, unchanged } = await generation.run(report);
    const lines = [...written.map((name) => `wrote ${name}`), ...removed.map((name) => `removed ${name}`)];
    if (unchanged > 0) lines.push(unchanged === 1 ? "1 file is up to date" : `${unchanged} files are up to date`);
    for (const line of lines) process.stdout.write(`${line}\n`);
    return;
  }
  const { watch, WatchScreen } = await import("../watch/index.ts");
  const screen = new WatchScreen(process.stderr, process.stdout);
  const onStop = (stop: () => void): void => {
    process.once("SIGINT", stop).once("SIGTERM", stop);
  };
  await watch(generation, { screen, command: "gannet gen", format: report.format, onStop }, report);
}
