import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import type { Compiler, DescriptorSet, Outcome } from "./compiler.ts";
import type { Corpus } from "./corpus.ts";

/** A compiler that crashes on more files than this is not worth the time to find them all. */
const MAX_CRASHES = 8;
const MAX_STACK_LINES = 6;

/**
 * Compiles `files` although some may fail: one failure leaves nothing of a run, so the others are compiled again
 * without the files that failed and without those that import them. `theirs` tells the imports.
 */
export async function compileWhatCanBe(
  compiler: Compiler,
  corpus: Corpus,
  files: readonly string[],
  theirs: DescriptorSet,
): Promise<Outcome> {
  const failures = new Map<string, string>();
  const first = await compileOrCrash(compiler, corpus, files, failures);
  let last = first;
  let left = files;
  while (last.failures.size > 0) {
    const importers = findImporters(theirs, new Set(last.failures.keys()));
    for (const [path, reason] of last.failures) failures.set(path, reason);
    for (const [path, reason] of importers) if (!failures.has(path)) failures.set(path, reason);
    const fewer = left.filter((path) => !failures.has(path));
    if (fewer.length === left.length || fewer.length === 0) break;
    left = fewer;
    last = await compileOrCrash(compiler, corpus, left, failures);
  }
  return { ...first, set: last.set, warnings: last.warnings, failures };
}

/** As `compiler`, but an exception is a failure of the file that causes it, found by halving. */
async function compileOrCrash(
  compiler: Compiler,
  corpus: Corpus,
  files: readonly string[],
  crashes: Map<string, string>,
): Promise<Outcome> {
  try {
    return await compiler(corpus, files);
  } catch (error) {
    const [only] = files;
    if (files.length === 1 && only !== undefined) {
      const reason = `the compiler threw ${describeError(error)}`;
      crashes.set(only, reason);
      return { set: new Map(), failures: new Map([[only, reason]]), warnings: new Set(), elapsedMs: 0 };
    }
    if (crashes.size >= MAX_CRASHES) {
      const failures = new Map(files.map((path) => [path, "not compiled: the compiler threw too often"]));
      return { set: new Map(), failures, warnings: new Set(), elapsedMs: 0 };
    }
    const middle = Math.ceil(files.length / 2);
    const halves = [
      await compileOrCrash(compiler, corpus, files.slice(0, middle), crashes),
      await compileOrCrash(compiler, corpus, files.slice(middle), crashes),
    ];
    return {
      set: new Map(halves.flatMap(({ set }) => [...set])),
      failures: new Map(halves.flatMap(({ failures }) => [...failures])),
      warnings: new Set(halves.flatMap(({ warnings }) => [...warnings])),
      elapsedMs: halves.reduce((sum, half) => sum + half.elapsedMs, 0),
    };
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.stack ?? error.message).split("\n").slice(0, MAX_STACK_LINES).join("\n");
}

/** The files that import one of `failed`, directly or not, and what to say of them. A set holds imports first. */
function findImporters(set: DescriptorSet, failed: ReadonlySet<string>): ReadonlyMap<string, string> {
  const importers = new Map<string, string>();
  for (const [path, bytes] of set) {
    const { dependency } = fromBinary(FileDescriptorProtoSchema, bytes);
    const culprit = dependency.find((name) => failed.has(name) || importers.has(name));
    if (culprit !== undefined) importers.set(path, `not compiled: it imports ${culprit}, which failed`);
  }
  return importers;
}
