/** Codecs that are compiled, generated ahead of time and interpreted: the same bytes, messages and verdicts, errors included. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { create, createFileRegistry, type DescMessage, type FileRegistry } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { compile } from "@gannet/compiler";
import { createCodec, DecodeError, type MessageCodec } from "gannet/codec";
import { emitFunction, fingerprintOf, registerCodec } from "gannet/codegen";
import { compileType } from "./compile-type.ts";
import { createRandom, randomMessage } from "./random-message.ts";

const FOLDER = fileURLToPath(new URL("../../../conformance/protoc/language/", import.meta.url));
const SEED = 20261125;
const MESSAGES = 12;
const DAMAGES = 8;

async function compileFile(file: string): Promise<readonly FileDescriptorProto[]> {
  const { files, ok } = await compile({
    files: [file],
    read(path) {
      try {
        return readFileSync(join(FOLDER, path));
      } catch {
        return undefined;
      }
    },
  });
  assert.ok(ok, file);
  return files;
}

/** The codecs of a type, each of a descriptor of its own: code is kept with those. */
class Outlets {
  readonly #registries: readonly FileRegistry[];

  constructor(file: readonly FileDescriptorProto[]) {
    const copy = () => createFileRegistry(create(FileDescriptorSetSchema, { file: [...file] }));
    const generated = copy();
    for (const type of generated) {
      if (type.kind !== "message") continue;
      const evaluate = new Function(`return ${emitFunction(type, "js")};`);
      registerCodec(type, fingerprintOf(type), evaluate() as Parameters<typeof registerCodec>[2]);
    }
    this.#registries = [copy(), generated, copy()];
  }

  get types(): readonly DescMessage[] {
    return [...(this.#registries[0] ?? [])].filter((type) => type.kind === "message");
  }

  codecs({ typeName }: DescMessage): readonly MessageCodec[] {
    const codecs = this.#registries.map((registry, index) => {
      const schema = registry.getMessage(typeName);
      assert.ok(schema !== undefined);
      if (index === 0) compileType(schema, createCodec);
      return createCodec(schema, { codecs: index === 2 ? "interpreted" : "compiled" });
    });
    assert.deepEqual(
      codecs.map(({ kind }) => kind),
      ["compiled", "ahead-of-time", "interpreted"],
    );
    return codecs;
  }
}

/** What comes of it: bytes as text, or the words of the error. */
function outcomeOf(work: () => Uint8Array): string {
  try {
    return Buffer.from(work()).toString("hex");
  } catch (error) {
    if (error instanceof DecodeError) return `${error.path} at byte ${error.offset}`;
    assert.ok(error instanceof TypeError, String(error));
    return error.message;
  }
}

function assertSame(outcomes: readonly string[], what: string): void {
  assert.deepEqual(new Set(outcomes).size, 1, `${what}: ${JSON.stringify(outcomes)}`);
}

test("codecs from each outlet do the same on random messages, damaged or not", async () => {
  const random = createRandom(SEED);
  let types = 0;
  let refused = 0;
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".proto"))) {
    const outlets = new Outlets(await compileFile(file));
    for (const type of outlets.types) {
      types++;
      const codecs = outlets.codecs(type);
      for (let count = 0; count < MESSAGES; count++) {
        const message = randomMessage(type, random);
        const encoded = codecs.map((codec) => outcomeOf(() => codec.encode(message as never)));
        assertSame(encoded, type.typeName);
        const bytes = Buffer.from(/^[0-9a-f]*$/.test(encoded[0] ?? "") ? (encoded[0] ?? "") : "", "hex");
        for (let damage = 0; damage < DAMAGES; damage++) {
          const damaged = damage === 0 ? bytes : damageOf(bytes, random);
          const again = codecs.map((codec) => outcomeOf(() => codec.encode(codec.decode(damaged) as never)));
          assertSame(again, `${type.typeName} of ${damaged.toString("hex")}`);
          if (/ at byte /.test(again[0] ?? "")) refused++;
        }
      }
    }
  }
  assert.ok(types > 150, `${types} types`);
  assert.ok(refused > 1000, `${refused} were refused`);
});

/** Some bytes changed, and perhaps the end cut off. */
function damageOf(bytes: Buffer, random: () => number): Buffer {
  const damaged = Buffer.from(bytes.subarray(0, random() < 0.3 ? Math.floor(random() * bytes.length) : bytes.length));
  for (let flips = Math.floor(random() * 3); flips > 0 && damaged.length > 0; flips--) {
    const at = Math.floor(random() * damaged.length);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  return damaged;
}
