import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { create, createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import {
  FIELD_OPTIONS,
  NUMBERS,
  OPTION_NAMES,
  STATEMENTS,
  STRINGS,
  SYMBOLS,
  VALUES,
  WORDS,
} from "../../conformance/protoc-mutants/vocabulary.ts";
import { check, type FuzzTarget } from "../fuzz-target.ts";
import { loadCompiler } from "../runtime.ts";

/** No UTF-8 has it: what stands behind it is the next file. */
const NEXT_FILE = 0xfe;
const NAMES: readonly string[] = ["a.proto", "b.proto", "c.proto"];
const MAX_SEED_BYTES = 2_000;
const LANGUAGE = fileURLToPath(new URL("../../../conformance/protoc/language/", import.meta.url));

/** Several files in one input, which may import each other: the first one is compiled. */
export const target: FuzzTarget = {
  summary: "files for the compiler, that may import each other: --executions N [--seed S]",
  package: "compiler",
  folders: [
    "ast",
    "compile",
    "descriptor",
    "diagnostics",
    "features",
    "lexer",
    "linker",
    "options",
    "parser",
    "rules",
    "source",
    "source-info",
  ],
  pieces: [
    ...[WORDS, SYMBOLS, NUMBERS, STRINGS, VALUES, OPTION_NAMES, FIELD_OPTIONS, STATEMENTS].flatMap((texts) =>
      texts.map((text) => Buffer.from(`${text} `)),
    ),
    ...NAMES.map((name) => Buffer.from(`import "${name}";`)),
    Buffer.from([NEXT_FILE]),
  ],
  seeds: () => {
    const language = readdirSync(LANGUAGE).map((name) =>
      readFileSync(`${LANGUAGE}${name}`).subarray(0, MAX_SEED_BYTES),
    );
    const several =
      'syntax = "proto2"; import public "b.proto"; package p; message M { optional N n = 1 [default = A]; }';
    return [...language, Buffer.concat([Buffer.from(several), Buffer.from([NEXT_FILE]), Buffer.from("message N {}")])];
  },
  async prepare() {
    const { compile, formatDiagnostic } = await loadCompiler();
    return async (input) => {
      const texts = splitFiles(input);
      const read = (path: string): Uint8Array | undefined => texts[NAMES.indexOf(path)];
      const { ok, files, diagnostics } = await compile({ files: ["a.proto"], read });
      for (const diagnostic of diagnostics) {
        const { id, message, span, source } = diagnostic;
        check(id !== "internal-error", message);
        const length = source?.text.length ?? 0;
        check(span.start >= 0 && span.start <= span.end && span.end <= length, `${id} lies outside of its file`);
        check(formatDiagnostic(diagnostic).includes(id), `${id} is not shown`);
      }
      const isWrong = diagnostics.some(({ severity }) => severity === "error");
      check(ok === !isWrong, "it has errors or is right, and nothing else");
      check(ok === files.length > 0, "there are descriptors where there are no errors, and nowhere else");
      if (!ok) return;
      const set = create(FileDescriptorSetSchema, { file: [...files] });
      const copies = set.file.map((file) =>
        fromBinary(FileDescriptorProtoSchema, toBinary(FileDescriptorProtoSchema, file)),
      );
      const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: copies }));
      check(registry.getFile("a.proto") !== undefined, "the registry does not have the file");
    };
  },
};

function splitFiles(input: Uint8Array): readonly Uint8Array[] {
  const files: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at <= input.length; at++) {
    if (at < input.length && input[at] !== NEXT_FILE) continue;
    files.push(input.subarray(start, at));
    start = at + 1;
  }
  return files;
}
