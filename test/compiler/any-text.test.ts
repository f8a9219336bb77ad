import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { type Compilation, compile, formatDiagnostic } from "@gannet/compiler";
import fc from "fast-check";

const TUTORIAL = fileURLToPath(new URL("../../../examples/tutorial", import.meta.url));
const SAMPLES = readdirSync(TUTORIAL, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".proto"))
  .sort()
  .map((path) => readFileSync(join(TUTORIAL, path), "utf8"));

/** The same texts in every run, so that a failure is about the change at hand. */
const SEED = 1;
const RUNS = 400;

/** What a slip of the keyboard, or of a merge, may put into a file. */
const PIECES = [
  ...Array.from("{}[]()<>;:,.=-+/\\\"'*\n\t\0 "),
  ...["//", "/*", "*/", "0x", "1e", "07", "-1", "536870912", "18446744073709551616", "\ufeff", "\ud800", "é", "😀"],
  ...['edition = "2023";', 'syntax = "proto2";', 'import "a.proto";', 'import public "google/protobuf/any.proto";'],
  ...[
    "message A {",
    "message A {}",
    "oneof o {",
    "enum E { Z = 0; }",
    "map<string, A> m = 1;",
    "extend A {",
    "service S {",
  ],
  ...["option (a).b = { c: 1 };", "option deprecated = true;", "[default = 1]", "reserved 1 to max;", "extensions 1;"],
  ...[
    "optional",
    "required",
    "repeated",
    "group",
    "stream",
    "returns",
    "rpc",
    "int32",
    "string",
    "package a.b;",
    "inf",
    "max",
  ],
];

/** A sample with some edits in it. */
const editedSample = fc
  .record({
    sample: fc.constantFrom(...SAMPLES),
    edits: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        cut: fc.nat(12),
        piece: fc.constantFrom("", ...PIECES),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ sample, edits }) =>
    edits.reduce((text, { at, cut, piece }) => {
      const start = Math.floor(at * text.length);
      return text.slice(0, start) + piece + text.slice(start + cut);
    }, sample),
  );

test("a .proto file with slips in it is compiled or explained, never a crash", async () => {
  await fc.assert(fc.asyncProperty(editedSample, checkText), { seed: SEED, numRuns: RUNS });
});

test("text that was never a .proto file is explained", async () => {
  const pieces = fc
    .array(fc.constantFrom(...PIECES, "a", "b", "1", " "), { maxLength: 60 })
    .map((list) => list.join(""));
  await fc.assert(fc.asyncProperty(pieces, checkText), { seed: SEED, numRuns: RUNS });
  await fc.assert(fc.asyncProperty(fc.string({ unit: "binary" }), checkText), { seed: SEED, numRuns: RUNS / 2 });
});

test("bytes that are no text are explained", async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), checkText), { seed: SEED, numRuns: RUNS / 2 });
});

async function checkText(contents: string | Uint8Array): Promise<void> {
  const result = await compile({ files: ["a.proto"], read: (path) => (path === "a.proto" ? contents : undefined) });
  checkResult(result);
}

/** What every result has to keep, whatever was compiled. */
function checkResult({ ok, files, diagnostics }: Compilation): void {
  assert.equal(ok, !diagnostics.some(({ severity }) => severity === "error"));
  assert.equal(files.length > 0, ok);
  for (const file of files) toBinary(FileDescriptorProtoSchema, file);
  for (const diagnostic of diagnostics) {
    const { source, span } = diagnostic;
    const length = source?.text.length ?? 0;
    assert.ok(0 <= span.start && span.start <= span.end && span.end <= length, `${diagnostic.id}: outside the file`);
    assert.match(formatDiagnostic(diagnostic), /^a\.proto(?::\d+:\d+)?: (?:error|warning): \S/);
  }
}
