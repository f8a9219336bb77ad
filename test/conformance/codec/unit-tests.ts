import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { compile } from "@gannet/compiler";
import { fetchDebianSource } from "../../interop/program/debian.ts";
import { installRunner } from "../protobuf/index.ts";

/** Of protobuf's source: unit tests of proto2 and proto3, enormous messages, message sets, groups, bad names. */
const SOURCE = "src";
const TESTS = "src/google/protobuf";
/** They import a file that is not where they look for it. */
const WITHOUT_IMPORTS = /ruby_generated_code(?:_proto2)?\.proto$/;
/** Extensions of the tests have it, which compilers refuse by now. It says nothing of the bytes. */
const UNVERIFIED_LAZY = /\[unverified_lazy ?= ?true\]/g;
/** Of the messages of the conformance tests: those in editions, proto2 and proto3. */
const CONFORMANCE = /test_messages_(?!.*unstable)\w+\.proto$/;

/** The message types of protobuf's own tests. */
export async function loadUnitTests(): Promise<readonly DescMessage[]> {
  const source = join(await fetchDebianSource("protobuf", [TESTS]), SOURCE);
  const { include } = await installRunner();
  return [
    ...(await loadEach(source, (file) => !WITHOUT_IMPORTS.test(file))),
    ...(await loadEach(include, (file) => CONFORMANCE.test(file))),
  ];
}

/** The types of each file by itself: some define the same. */
async function loadEach(root: string, isWanted: (file: string) => boolean): Promise<DescMessage[]> {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  const schemas: DescMessage[] = [];
  for (const name of names.filter((one) => one.endsWith(".proto") && isWanted(one)).sort()) {
    const { files, ok, diagnostics } = await compile({ files: [name], read: (path) => readIfThere(join(root, path)) });
    if (!ok) throw new Error(`${name} does not compile: ${diagnostics[0]?.message ?? ""}`);
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
    for (const type of registry) {
      if (type.kind === "message" && type.file.proto.name === name) schemas.push(type);
    }
  }
  return schemas;
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    const text = readFileSync(path);
    if (!/unittest(?:_lite)?\.proto$/.test(path)) return text;
    return Buffer.from(text.toString("latin1").replaceAll(UNVERIFIED_LAZY, ""), "latin1");
  } catch {
    return undefined;
  }
}
