import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkCorpus } from "./check-corpus.ts";
import { compileWithOurs, compileWithProtoc } from "./compiler.ts";
import { listCorpora } from "./corpus.ts";
import { knownFailures } from "./known-failures.ts";
import { printResult } from "./print-result.ts";
import { SAMPLE_FILES } from "./protoc-suite.ts";

const SHOWN = { files: 10, differencesPerFile: 10 };

describe("the compiler agrees with protoc", () => {
  for (const corpus of listCorpora(SAMPLE_FILES)) {
    test(`on all ${corpus.expected} files of ${corpus.name}`, async () => {
      const result = await checkCorpus(corpus, { theirs: compileWithProtoc, ours: compileWithOurs }, knownFailures);
      const lines: string[] = [];
      printResult(result, SHOWN, (line) => lines.push(line));
      console.log(lines[0]);
      assert.equal(result.run, corpus.expected, "fewer files ran than expected");
      assert.equal(result.disagreements.length, 0, lines.join("\n"));
    });
  }
});
