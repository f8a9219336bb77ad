import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { compile } from "@gannet/compiler";
import { CODECS_OF_A_TYPE, compareCodecs, compareNothing } from "./compare-codecs.ts";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const MESSAGES = 6;
const SEED = 20261125;

/** Folders whose .proto files import each other, and how many message types there must be in all. */
const FOLDERS = [
  { folder: "test/conformance/protoc/language", types: 150 },
  { folder: "test/conformance/protoc/well-known-users", types: 40 },
  { folder: "bench", types: 8 },
  { folder: "proto", types: 20 },
] as const;

describe("our codec and that of @bufbuild/protobuf agree", () => {
  for (const { folder, types } of FOLDERS) {
    test(`on the messages of ${folder}`, async () => {
      const root = join(repository, folder);
      const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".proto"));
      const schemas = await compileSchemas(root, files);
      assert.ok(schemas.length >= types, `${schemas.length} types, expected ${types}`);
      const compared = compareNothing();
      for (const schema of schemas) compareCodecs(schema, { seed: SEED, messages: MESSAGES }, compared);
      assert.equal(compared.messages, schemas.length * MESSAGES * CODECS_OF_A_TYPE);
      assert.ok(compared.refused > 0 && compared.same > 0);
    });
  }
});

async function compileSchemas(root: string, files: readonly string[]): Promise<DescMessage[]> {
  const schemas = new Map<string, DescMessage>();
  for (const file of files) {
    const { files: file_, ok } = await compile({
      files: [file],
      read: (path) => {
        try {
          return readFileSync(join(root, path));
        } catch {
          return undefined;
        }
      },
    });
    if (!ok) continue;
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...file_] }));
    for (const type of registry) if (type.kind === "message") schemas.set(`${file} ${type.typeName}`, type);
  }
  return [...schemas.values()];
}
