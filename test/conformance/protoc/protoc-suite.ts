import { parseArgs } from "node:util";
import type { Suite } from "../../suite/suite.ts";
import { type CorpusResult, checkCorpus } from "./check-corpus.ts";
import { compileWithOurs, compileWithProtoc } from "./compiler.ts";
import { type Corpus, fetchDebianCorpora, listCorpora } from "./corpus.ts";
import { knownFailures } from "./known-failures.ts";
import { printResult } from "./print-result.ts";

/** How many files of google-proto-files run where not all are asked for. */
export const SAMPLE_FILES = 200;

const DEFAULT_LIMIT = 5;
const DIFFERENCES_PER_FILE = 10;

const usage = `Usage: npm run conformance -- protoc [OPTIONS]

  --all         all files of google-proto-files instead of a sample of ${SAMPLE_FILES}
  --debian      also the .proto files of Debian's source packages of protobuf and gRPC, which are fetched
  --only PATH   one file (CORPUS/PATH where several have that path), with all its differences
  --limit N     how many disagreements to show (default ${DEFAULT_LIMIT})
  --list        the files of the sample, and nothing is run`;

/** `npm run conformance -- protoc`. */
export const protocSuite: Suite = { summary: "descriptors equal to protoc's, file by file", run };

async function run(args: readonly string[]): Promise<boolean> {
  const options = parseOptions(args);
  if (options === undefined) {
    console.error(usage);
    return false;
  }
  const { all, debian, only, limit, list } = options;
  const own = listCorpora(all || only !== undefined ? undefined : SAMPLE_FILES);
  const corpora = selectCorpora(debian ? [...own, ...(await fetchDebianCorpora())] : own, only);
  if (corpora.length === 0) {
    console.error(`No corpus has a file ${only}.`);
    return false;
  }
  if (list) {
    for (const { name, batches, alone = [] } of corpora)
      for (const path of [...batches.flat(), ...alone]) console.log(`${name}/${path}`);
    return true;
  }
  const results: CorpusResult[] = [];
  for (const corpus of corpora) {
    const result = await checkCorpus(corpus, { theirs: compileWithProtoc, ours: compileWithOurs }, knownFailures);
    const differencesPerFile = only === undefined ? DIFFERENCES_PER_FILE : Number.POSITIVE_INFINITY;
    printResult(result, { files: limit, differencesPerFile }, (line) => console.log(line));
    results.push(result);
  }
  return printTotal(results);
}

interface SuiteOptions {
  readonly all: boolean;
  readonly debian: boolean;
  readonly only: string | undefined;
  readonly limit: number;
  readonly list: boolean;
}

function parseOptions(args: readonly string[]): SuiteOptions | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        all: { type: "boolean", default: false },
        debian: { type: "boolean", default: false },
        only: { type: "string" },
        limit: { type: "string", default: String(DEFAULT_LIMIT) },
        list: { type: "boolean", default: false },
      },
    });
    const limit = Number(values.limit);
    if (!Number.isInteger(limit) || limit < 0) throw new TypeError(`--limit takes a number, not ${values.limit}`);
    return { all: values.all, debian: values.debian, only: values.only, limit, list: values.list };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}

/** The corpora that have the file `only`, cut down to it. */
function selectCorpora(corpora: readonly Corpus[], only: string | undefined): readonly Corpus[] {
  if (only === undefined) return corpora;
  return corpora.flatMap((corpus) => {
    const isMeant = (path: string): boolean => path === only || `${corpus.name}/${path}` === only;
    const batches = corpus.batches.map((files) => files.filter(isMeant)).filter((files) => files.length > 0);
    const rejected = corpus.rejected.filter(isMeant);
    const alone = (corpus.alone ?? []).filter(isMeant);
    const expected = batches.flat().length + rejected.length + alone.length;
    return expected === 0 ? [] : [{ ...corpus, expected, batches, rejected, alone }];
  });
}

function printTotal(results: readonly CorpusResult[]): boolean {
  const passed = results.reduce((sum, { agreed, importsAgreed }) => sum + agreed + importsAgreed, 0);
  const failed = results.reduce((sum, { disagreements }) => sum + disagreements.length, 0);
  const short = results.filter(({ corpus, run }) => run < corpus.expected);
  for (const { corpus, run } of short) {
    console.log(`${corpus.name}: only ${run} of ${corpus.expected} files ran`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && short.length === 0;
}
