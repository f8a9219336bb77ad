import { parseArgs } from "node:util";
import { create, createFileRegistry, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type Corpus, compileWithOurs, listCorpora } from "../protoc/index.ts";
import type { Suite } from "../suite.ts";
import { type Compared, compareCodecs } from "./compare-codecs.ts";

/** As many message types there are in all files of google-proto-files together; a sample of files has fewer. */
const ALL_TYPES = 48_629;
const SAMPLE_FILES = 200;
const SHOWN_FAILURES = 20;

/** Our codecs and those of `@bufbuild/protobuf` on random messages of all types in the corpora. */
export const codecSuite: Suite = {
  summary: "our codecs against @bufbuild/protobuf on random messages; `--all`, `--messages N`, `--seed S`",
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        all: { type: "boolean", default: false },
        messages: { type: "string", default: "4" },
        seed: { type: "string", default: String(Date.now() % 2 ** 31) },
      },
    });
    const seed = Number(values.seed);
    const messages = Number(values.messages);
    console.log(`seed ${seed}, ${messages} messages of each type\n`);
    const compared: Compared = { messages: 0, damaged: 0, refused: 0 };
    const types = new Set<string>();
    let failed = 0;
    for (const corpus of listCorpora(values.all ? undefined : SAMPLE_FILES)) {
      const schemas = await compileTypes(corpus);
      for (const schema of schemas) {
        types.add(schema.typeName);
        try {
          compareCodecs(schema, seed, messages, compared);
        } catch (error) {
          if (failed++ < SHOWN_FAILURES) console.log(`  FAIL  ${schema.typeName}: ${describe(error)}`);
        }
      }
      console.log(`  ${corpus.name}: ${schemas.length} types`);
    }
    const expected = values.all ? ALL_TYPES : 1;
    console.log(`\n  ${expected} types expected, ${types.size} run`);
    console.log(
      `  ${compared.messages} messages, ${compared.damaged} damaged, of which ${compared.refused} were refused`,
    );
    if (types.size < expected || compared.refused === 0) failed++;
    console.log(`${types.size} passed, ${failed} failed`);
    return failed === 0;
  },
};

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
