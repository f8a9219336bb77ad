import { parseArgs } from "node:util";
import { create, createFileRegistry, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Suite } from "../../suite/suite.ts";
import { type Corpus, compileWithOurs, listCorpora } from "../protoc/index.ts";
import { compareCodecs, compareNothing } from "./compare-codecs.ts";
import { loadUnitTests } from "./unit-tests.ts";

/** How many message types there are in all files of google-proto-files together; a sample of files has fewer. */
const ALL_TYPES = 48_629;
/** Those of protobuf's own tests, which are never a sample. */
const UNIT_TEST_TYPES = 583;
const SAMPLE_FILES = 200;
const SHOWN_FAILURES = 20;

/** Our codecs and those of `@bufbuild/protobuf` on random messages of all types in the corpora. */
export const codecSuite: Suite = {
  summary: "our codecs against @bufbuild/protobuf on random messages; `--all`, `--messages N`, `--seed S`, `--type T`",
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        all: { type: "boolean", default: false },
        messages: { type: "string", default: "4" },
        seed: { type: "string", default: String(Date.now() % 2 ** 31) },
        type: { type: "string" },
        path: { type: "string" },
      },
    });
    const draws = { seed: Number(values.seed), messages: Number(values.messages), path: values.path };
    console.log(`seed ${draws.seed}, ${draws.messages} messages of each type; ${repeatOf(draws.seed)}\n`);
    const compared = compareNothing();
    const types = new Set<string>();
    let failed = 0;
    const compareAll = (name: string, schemas: readonly DescMessage[]): void => {
      for (const schema of schemas) {
        if (values.type !== undefined && schema.typeName !== values.type) continue;
        types.add(schema.typeName);
        try {
          compareCodecs(schema, draws, compared);
        } catch (error) {
          if (failed++ < SHOWN_FAILURES) console.log(`  FAIL  ${schema.typeName}: ${describe(error)}`);
        }
      }
      console.log(`  ${name}: ${schemas.length} types`);
    };
    const unitTests = await loadUnitTests();
    compareAll("protobuf's unit tests", unitTests);
    for (const corpus of listCorpora(values.all ? undefined : SAMPLE_FILES)) {
      // Files that only compile by themselves, as those of xDS, define what others do.
      if (corpus.batches.length === 0) continue;
      compareAll(corpus.name, await compileTypes(corpus));
    }
    const expected = values.type !== undefined ? 1 : values.all ? ALL_TYPES : UNIT_TEST_TYPES;
    if (unitTests.length < UNIT_TEST_TYPES) {
      failed++;
      console.log(`  FAIL  ${unitTests.length} types of unit tests, not ${UNIT_TEST_TYPES}`);
    }
    console.log(`\n  ${expected} types expected, ${types.size} run`);
    console.log(
      `  ${compared.messages} messages; ${compared.damaged} damaged ones, of which both refused ${compared.refused} and ` +
        `made the same message of ${compared.same}`,
    );
    if (types.size < expected || compared.refused === 0 || compared.same === 0) failed++;
    console.log(`${types.size} passed, ${failed} failed`);
    return failed === 0;
  },
};

function repeatOf(seed: number): string {
  return `a failure tells its path: --seed ${seed} --type TYPE --path PATH`;
}

async function compileTypes(corpus: Corpus): Promise<readonly DescMessage[]> {
  const schemas: DescMessage[] = [];
  for (const batch of corpus.batches) {
    const { set } = await compileWithOurs(corpus, batch);
    const file = [...set.values()].map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
    for (const type of createFileRegistry(create(FileDescriptorSetSchema, { file }))) {
      if (type.kind === "message") schemas.push(type);
    }
  }
  return schemas;
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 1_000);
}
