import type { CorpusResult } from "./check-corpus.ts";
import type { Disagreement } from "./compare-files.ts";
import { kindOf } from "./difference.ts";

/** How much of the disagreements is shown. */
export interface PrintLimits {
  readonly files: number;
  readonly differencesPerFile: number;
}

/** More kinds of difference than this are not worth reading before the first are mended. */
const MAX_KINDS = 40;
const MAX_REASON_LINES = 12;
/** Kinds are counted over this many files at most: each has to be decoded twice. */
const MAX_FILES_FOR_KINDS = 500;

/** Prints what came of a corpus: how many files were expected, run and agree, then the first disagreements. */
export function printResult(result: CorpusResult, limits: PrintLimits, print: (line: string) => void): void {
  const { corpus, run, agreed, imports, importsAgreed, disagreements, known } = result;
  const withKnown = known.length > 0 ? `, ${known.length} known not to (${known.join(", ")})` : "";
  const withImports = imports > 0 ? `; ${importsAgreed} of ${imports} imports agree` : "";
  print(`${corpus.name}: ${corpus.expected} files expected, ${run} run, ${agreed} agree${withKnown}${withImports}`);
  const peak = result.peakBytes === undefined ? "" : `, peak memory ${Math.round(result.peakBytes / 2 ** 20)} MiB`;
  print(`  ours ${Math.round(result.oursMs)} ms${peak}; protoc ${Math.round(result.theirsMs)} ms`);
  for (const disagreement of disagreements.slice(0, limits.files)) printDisagreement(disagreement, limits, print);
  if (disagreements.length <= limits.files) return;
  print(`  … and ${disagreements.length - limits.files} more files. All by kind, with an example:`);
  printKinds(disagreements, print);
}

function printDisagreement(
  { path, reason, differences }: Disagreement,
  { differencesPerFile }: PrintLimits,
  print: (line: string) => void,
): void {
  if (reason !== undefined) {
    print(`  ${path}: ${reason.split("\n").slice(0, MAX_REASON_LINES).join("\n    ")}`);
    return;
  }
  const found = differences();
  print(`  ${path}: ${found.length} differences`);
  for (const { path: place, theirs, ours } of found.slice(0, differencesPerFile)) {
    print(`    ${place}\n      protoc: ${theirs}\n      ours:   ${ours}`);
  }
  if (found.length > differencesPerFile) print(`    … and ${found.length - differencesPerFile} more`);
}

function printKinds(disagreements: readonly Disagreement[], print: (line: string) => void): void {
  const kinds = new Map<string, { files: number; example: string }>();
  for (const { path, reason, differences } of disagreements.slice(0, MAX_FILES_FOR_KINDS)) {
    const inFile = reason === undefined ? differences().map(kindOf) : [kindOfReason(reason)];
    for (const kind of new Set(inFile)) {
      const known = kinds.get(kind);
      if (known === undefined) kinds.set(kind, { files: 1, example: path });
      else known.files++;
    }
  }
  const sorted = [...kinds].sort(([, a], [, b]) => b.files - a.files);
  for (const [kind, { files, example }] of sorted.slice(0, MAX_KINDS)) print(`  ${files} × ${kind} (${example})`);
  if (sorted.length > MAX_KINDS) print(`  … and ${sorted.length - MAX_KINDS} more kinds`);
  if (disagreements.length > MAX_FILES_FOR_KINDS) print(`  (counted over the first ${MAX_FILES_FOR_KINDS} files)`);
}

/** A reason without its place and names: the words in quotes and the path before them differ in each file. */
function kindOfReason(reason: string): string {
  const line = reason.split("\n")[0] ?? "";
  return line
    .replace(/^\S+:\d+:\d+: /, "")
    .replaceAll(/["`'][^"`']*["`']/g, "…")
    .replaceAll(/\S+\.proto/g, "….proto");
}
