import { compareFiles, type Disagreement } from "./compare-files.ts";
import { compileWhatCanBe } from "./compile-what-can-be.ts";
import type { Compiler, DescriptorSet, Outcome } from "./compiler.ts";
import type { Corpus } from "./corpus.ts";
import { ABSENT } from "./difference.ts";

/** What came of one corpus. */
export interface CorpusResult {
  readonly corpus: Corpus;
  /** The files asked for on which there is a verdict, of `corpus.expected`. */
  readonly run: number;
  /** Those of `run` that agree. */
  readonly agreed: number;
  /** Files that were compiled because others import them, and how many of them agree. */
  readonly imports: number;
  readonly importsAgreed: number;
  readonly disagreements: readonly Disagreement[];
  /** The files that disagree as the list of known failures says. They are not among the disagreements. */
  readonly known: readonly string[];
  readonly oursMs: number;
  readonly theirsMs: number;
  readonly peakBytes: number | undefined;
}

/** The two that are compared. */
export interface Compilers {
  readonly theirs: Compiler;
  readonly ours: Compiler;
}

/**
 * Compiles a corpus with both compilers and compares what they made of each file. One of `knownFailures`, which are
 * named as `corpus/path`, is a disagreement where it agrees.
 */
export async function checkCorpus(
  corpus: Corpus,
  compilers: Compilers,
  knownFailures: ReadonlyMap<string, string> = new Map(),
): Promise<CorpusResult> {
  const found: Disagreement[] = [];
  const totals = { run: 0, agreed: 0, imports: 0, importsAgreed: 0, oursMs: 0, theirsMs: 0 };
  const timed = (compiler: Compiler, total: "oursMs" | "theirsMs"): Compiler => {
    return async (...call) => {
      const outcome = await compiler(...call);
      totals[total] += outcome.elapsedMs;
      return outcome;
    };
  };
  const theirs = timed(compilers.theirs, "theirsMs");
  const ours = timed(compilers.ours, "oursMs");
  let peakBytes: number | undefined;
  for (const files of corpus.batches) {
    const theirOutcome = await theirs(corpus, files);
    if (theirOutcome.set.size === 0) throw new Error(`protoc rejects ${corpus.name}:\n${firstReason(theirOutcome)}`);
    const ourOutcome = await compileWhatCanBe(ours, corpus, files, theirOutcome.set);
    const requested = new Set(files);
    for (const [path, disagreement] of compareSets(corpus, requested, theirOutcome.set, ourOutcome)) {
      if (disagreement !== undefined) found.push(disagreement);
      const agrees = disagreement === undefined ? 1 : 0;
      totals[requested.has(path) ? "run" : "imports"]++;
      totals[requested.has(path) ? "agreed" : "importsAgreed"] += agrees;
    }
    found.push(...compareExtent(theirOutcome.set, ourOutcome), ...compareWarnings(theirOutcome, ourOutcome));
    peakBytes ??= ourOutcome.peakBytes;
  }
  for (const path of corpus.alone ?? []) {
    const disagreement = await compareAlone(corpus, path, { theirs, ours });
    if (disagreement === undefined) totals.agreed++;
    else found.push(disagreement);
    totals.run++;
  }
  for (const path of corpus.rejected) {
    const disagreement = await compareRejection(corpus, path, { theirs, ours });
    if (disagreement === undefined) totals.agreed++;
    else found.push(disagreement);
    totals.run++;
  }
  return { corpus, peakBytes, ...totals, ...setKnownApart(corpus, found, knownFailures) };
}

function setKnownApart(
  corpus: Corpus,
  found: readonly Disagreement[],
  knownFailures: ReadonlyMap<string, string>,
): Pick<CorpusResult, "disagreements" | "known"> {
  const isKnown = (path: string): boolean => knownFailures.has(`${corpus.name}/${path}`);
  const known = found.map(({ path }) => path).filter(isKnown);
  const mended = corpus.batches.flat().filter((path) => isKnown(path) && !known.includes(path));
  const reason = "it agrees by now: take it off the list of known failures";
  const disagreements = found.filter(({ path }) => !isKnown(path));
  return {
    known,
    disagreements: [...disagreements, ...mended.map((path) => ({ path, reason, differences: () => [] }))],
  };
}

function* compareSets(
  corpus: Corpus,
  requested: ReadonlySet<string>,
  theirs: DescriptorSet,
  ours: Outcome,
): Iterable<[path: string, disagreement: Disagreement | undefined]> {
  for (const [path, bytes] of theirs) {
    if (corpus.shippedImports && !requested.has(path)) continue;
    const ourBytes = ours.set.get(path);
    const reason = ours.failures.get(path) ?? (ourBytes === undefined ? "the compiler left it out" : undefined);
    if (ourBytes === undefined) yield [path, { path, reason, differences: () => [] }];
    else yield [path, compareFiles(path, bytes, ourBytes)];
  }
}

/** Files that only the compiler under test has, and the order of files, which generators see. */
function compareExtent(theirs: DescriptorSet, { set, failures }: Outcome): readonly Disagreement[] {
  if (failures.size > 0) return [];
  const theirNames = [...theirs.keys()];
  const ourNames = [...set.keys()];
  const extra = ourNames.filter((path) => !theirs.has(path));
  if (extra.length > 0) {
    return extra.map((path) => ({ path, reason: "protoc has no such file", differences: () => [] }));
  }
  const index = theirNames.findIndex((name, at) => name !== ourNames[at]);
  if (index < 0 || ourNames.length !== theirNames.length) return [];
  const difference = { path: `file[${index}]`, theirs: theirNames[index] ?? ABSENT, ours: ourNames[index] ?? ABSENT };
  return [{ path: "(order of files)", differences: () => [difference] }];
}

/** Where only one of them warns: an unused import that is none, or is not seen. */
function compareWarnings(theirs: Outcome, ours: Outcome): readonly Disagreement[] {
  if (ours.failures.size > 0) return [];
  const differences = [
    ...listMissing(theirs.warnings, ours.warnings).map((path) => ({ path, theirs: "warns", ours: ABSENT })),
    ...listMissing(ours.warnings, theirs.warnings).map((path) => ({ path, theirs: ABSENT, ours: "warns" })),
  ];
  return differences.length === 0 ? [] : [{ path: "(warnings)", differences: () => differences }];
}

function listMissing(from: ReadonlySet<string>, within: ReadonlySet<string>): readonly string[] {
  return [...from].filter((place) => !within.has(place));
}

async function compareAlone(
  corpus: Corpus,
  path: string,
  { theirs, ours }: Compilers,
): Promise<Disagreement | undefined> {
  const theirOutcome = await theirs(corpus, [path]);
  const theirBytes = theirOutcome.set.get(path);
  if (theirBytes === undefined) return compareRejection(corpus, path, { theirs, ours });
  const ourOutcome = await compileWhatCanBe(ours, corpus, [path], theirOutcome.set);
  const ourBytes = ourOutcome.set.get(path);
  if (ourBytes !== undefined) return compareFiles(path, theirBytes, ourBytes);
  const [reason = "the compiler left it out"] = ourOutcome.failures.values();
  return { path, reason, differences: () => [] };
}

async function compareRejection(
  corpus: Corpus,
  path: string,
  { theirs, ours }: Compilers,
): Promise<Disagreement | undefined> {
  const theirOutcome = await theirs(corpus, [path]);
  if (theirOutcome.set.size > 0) throw new Error(`protoc accepts ${path}: it is not one to reject`);
  const ourOutcome = await compileWhatCanBe(ours, corpus, [path], theirOutcome.set);
  if (ourOutcome.failures.size > 0) return undefined;
  const reason = `protoc rejects it:\n${firstReason(theirOutcome)}`;
  return { path, reason, differences: () => [] };
}

function firstReason({ failures }: Outcome): string {
  const [reason = "without a word"] = failures.values();
  return reason;
}
