import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { formatDiagnostic } from "../diagnostics/index.ts";
import type { FileContents } from "../source/index.ts";
import type { Compilation } from "./compilation.ts";
import { compile } from "./compile.ts";

const GOLDEN = fileURLToPath(new URL("../../../../test/golden/", import.meta.url));

/** The golden corpus: files with one slip or none each, and those that they import. */
const cases = readProtos("cases").map(([, text]) => text);
const imports = new Map(readProtos("imports"));

function readProtos(folder: string): readonly (readonly [path: string, text: string])[] {
  const root = join(GOLDEN, folder);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".proto"))
    .sort()
    .map((path) => [path.replaceAll("\\", "/"), readFileSync(join(root, path), "utf8")]);
}

/** Compiles a file and checks what has to hold of every result, whatever the file. */
async function check(contents: FileContents): Promise<Compilation> {
  const read = (path: string): FileContents | undefined => (path === "a.proto" ? contents : imports.get(path));
  const compilation = await compile({ files: ["a.proto"], read });
  const { diagnostics, ok, files } = compilation;
  const hasErrors = diagnostics.some(({ severity }) => severity === "error");
  assert.equal(ok, !hasErrors, "ok says something else than the diagnostics");
  assert.equal(files.at(-1)?.name, ok ? "a.proto" : undefined);
  for (const diagnostic of diagnostics) {
    const { id, source, span, notes } = diagnostic;
    assert.notEqual(id, "internal-error", diagnostic.message);
    for (const place of [{ source, span }, ...(notes ?? [])]) {
      const end = place.source?.text.length ?? 0;
      assert.ok(
        place.span.start >= 0 && place.span.start <= place.span.end && place.span.end <= end,
        `${id} is out of its file`,
      );
    }
    assert.ok(formatDiagnostic(diagnostic).includes(`[${id}]`));
  }
  return compilation;
}

const token = fc.constantFrom(
  ..."message enum service extend oneof map group rpc returns stream option import package syntax edition".split(" "),
  ..."optional required repeated reserved extensions to max public weak export local default json_name".split(" "),
  ..."int32 string bytes double bool A B a b .A a.b google.protobuf.Any true false inf nan deprecated packed features".split(
    " ",
  ),
  ..."0 1 2 -1 19000 536870912 2147483648 0x10 08 1.5 1e3 .5 { } [ ] ( ) < > = ; , : . - + / # @ \\".split(" "),
  ...[
    '"proto2"',
    '"proto3"',
    '"2023"',
    '"2024"',
    '"a"',
    "'b'",
    '"',
    "'",
    '""',
    '"\\q"',
    '"a.proto"',
    '"google/protobuf/descriptor.proto"',
  ],
  ...["//", "/*", "*/", "\n", "\t", "é", "\u201c", "\u201d", "\u0000", "\ufeff", "\ud800"],
);
const tokens = fc.array(token, { maxLength: 60 });

describe("compiling never throws, and ends with a result", () => {
  test("for any words of the language in any order", async () => {
    await fc.assert(
      fc.asyncProperty(tokens, fc.constantFrom(" ", "", "\n"), async (words, separator) => {
        await check(words.join(separator));
      }),
      { numRuns: 600 },
    );
  });

  test("for any words in a message of any syntax", async () => {
    const syntax = fc.constantFrom(
      'syntax = "proto2";',
      'syntax = "proto3";',
      'edition = "2023";',
      'edition = "2024";',
    );
    await fc.assert(
      fc.asyncProperty(syntax, tokens, async (first, words) => {
        await check(`${first}\nmessage M {\n${words.join(" ")}\n}\n`);
      }),
      { numRuns: 600 },
    );
  });

  test("for any words in the value of an option", async () => {
    const head = `syntax = "proto2"; import "google/protobuf/descriptor.proto";
message A { optional int32 a = 1; repeated A b = 2; optional string c = 3; extensions 9; }
extend A { optional A x = 9; } extend google.protobuf.FileOptions { optional A o = 1000; }\n`;
    const piece = fc.constantFrom(..."a b c [x] : { } [ ] < > , ; 1 -1 1.5 inf true # \n".split(" "), '"s"', "\n");
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (words) => {
        await check(`${head}option (o) = { ${words.join(" ")} };\nmessage Behind {}\n`);
      }),
      { numRuns: 600 },
    );
  });

  test("for any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => void (await check(bytes))),
      { numRuns: 400 },
    );
  });

  test("for files with a slip or two more than they have", async () => {
    assert.ok(cases.length > 250, "the golden corpus is not where it was");
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.integer({ min: 0, max: 12 }),
      text: fc.oneof(token, fc.string({ unit: "binary", maxLength: 4 }), fc.constant("")),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...cases),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        async (text, edits) => {
          let broken = text;
          for (const { at, length, text: inserted } of edits) {
            const start = Math.floor(at * broken.length);
            broken = broken.slice(0, start) + inserted + broken.slice(start + length);
          }
          await check(broken);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test("for files that end where they should not", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...cases), fc.double({ min: 0, max: 1, noNaN: true }), async (text, at) => {
        await check(text.slice(0, Math.floor(at * text.length)));
      }),
      { numRuns: 600 },
    );
  });
});

describe("compiling the same text", () => {
  test("gives the same result, whatever was compiled before", async () => {
    const [first, second] = [await check(cases.join("\n")), await check(cases.join("\n"))];
    const texts = [first, second].map(({ diagnostics }) =>
      diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)).join("\n"),
    );
    assert.equal(texts[0], texts[1]);
  });
});
