import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { protocInclude, protocProgram } from "../protoc/index.ts";

const folder = fileURLToPath(new URL("../../../conformance/protoc-cli/descriptors/", import.meta.url));

/** What protoc takes by its command line, although its test refuses it, and why. */
export const accepted: ReadonlyMap<string, string> = new Map([
  ["ValidationErrorTest.DupeFile", "of two files with one name in a set it reads the first"],
  ["ValidationErrorTest.SamePackageUnusedImportError", "the test has unused imports taken for errors"],
  ["CustomOptions.UnusedImportError", "the test has unused imports taken for errors"],
  ["CustomOptions.UnusedOptionImportError", "the test has unused imports taken for errors"],
]);

/** How many cases there are. Fewer mean that less runs than is claimed. */
export const DESCRIPTOR_CASES = 257;

/** Descriptors that protobuf's own tests refuse. */
export interface DescriptorCase {
  readonly name: string;
  /** The last of them is refused. */
  readonly files: readonly FileDescriptorProto[];
  /** The FileDescriptorSet of them. */
  readonly set: Uint8Array;
  /** The files to name on a command line. */
  readonly inputs: readonly string[];
  /** The full names of the elements that are at fault, as far as the test says. */
  readonly elements: readonly string[];
}

/** Reads the cases, with one run of protoc for the text format. */
export function readDescriptorCases(): readonly DescriptorCase[] {
  const [, ...sections] = readFileSync(join(folder, "cases.txt"), "utf8").split(/^== /m);
  const parsed = sections.map((section) => {
    const [name = "", ...lines] = section.trimEnd().split("\n");
    const isError = (line: string): boolean => line.startsWith("! ");
    return { name, texts: lines.filter((line) => !isError(line)), errors: lines.filter(isError) };
  });
  const encoded = encode(parsed.flatMap(({ texts }) => texts));
  return parsed.map(({ name, texts, errors }) => {
    const files = encoded.splice(0, texts.length);
    if (files.every(({ name: path }) => isArgument(path))) return createCase(name, files, errors);
    const importer = { name: "importer.proto", dependency: files.map((file) => file.name) };
    return {
      ...createCase(name, [...files, create(FileDescriptorProtoSchema, importer)], errors),
      inputs: [importer.name],
    };
  });
}

function createCase(name: string, files: readonly FileDescriptorProto[], errors: readonly string[]): DescriptorCase {
  const set = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [...files] }));
  const inputs = [...new Set(files.map((file) => file.name))];
  const elements = errors.flatMap((error) => /^! \S+: (\S+): [A-Z_]+: /.exec(error)?.[1] ?? []);
  return { name, files, set, inputs, elements };
}

/** Whether a file can be named on a command line. Others are imported by one that can. */
function isArgument(path: string): boolean {
  return path !== "" && !path.includes("\0");
}

function encode(texts: readonly string[]): FileDescriptorProto[] {
  const input = texts.map((text) => `file { ${expand(text)} }`).join("\n");
  const files = ["google/protobuf/descriptor.proto", "google/protobuf/unittest_features.proto"];
  const args = [`-I${folder}`, `-I${protocInclude}`, "--encode=google.protobuf.FileDescriptorSet", ...files];
  const { status, stdout, stderr } = spawnSync(protocProgram, args, { input, maxBuffer: 64 << 20 });
  if (status !== 0) throw new Error(String(stderr));
  return fromBinary(FileDescriptorSetSchema, stdout).file;
}

function expand(text: string): string {
  return text
    .replaceAll(/<x\*(\d+)>/g, (_, count: string) => "x".repeat(Number(count)))
    .replaceAll(/<fields\*(\d+)>/g, (_, count: string) =>
      Array.from(
        { length: Number(count) },
        (_field, at) => `field { name: "f${at}" number: ${at + 1} type: TYPE_INT32 }`,
      ).join(" "),
    );
}
