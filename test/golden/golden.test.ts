import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Compilation, compile, formatDiagnostic } from "@gannet/compiler";
import { type ProtocRun, protocInclude, runProtoc } from "../conformance/protoc/index.ts";

/** As many cases as there are. A lower number would mean that some are not found. */
const CASES = 355;
const NOTHING = "(nothing to report)\n";

/** Cases on which the verdict is not protoc's, with the reason. One that agrees fails. Meant to be empty. */
const contradicted: ReadonlyMap<string, string> = new Map();

const root = fileURLToPath(new URL("../../golden/", import.meta.url));
const casesRoot = join(root, "cases");
const importsRoot = join(root, "imports");
const update = process.env["UPDATE_GOLDEN"] === "1";

describe("the diagnostics of", () => {
  const cases = findFiles(".proto");

  test("every case that there is", () => {
    assert.equal(cases.length, CASES);
    const orphans = findFiles(".expected.txt").filter((path) => !cases.includes(path));
    if (update) for (const path of orphans) rmSync(join(casesRoot, `${path}.expected.txt`));
    else assert.deepEqual(orphans, [], "no .proto file stands beside these");
  });

  for (const path of cases) {
    test(path.replace("/", ": ").replaceAll("-", " "), async () => {
      const file = `${basename(path)}.proto`;
      const directory = join(casesRoot, dirname(path));
      const compilation = await compile({ files: [file], read: (name) => readFile(directory, name) });
      const text = describeAll(compilation);
      if (update) writeFileSync(join(casesRoot, `${path}.expected.txt`), text);
      compareVerdicts(path, compilation, runWithProtoc(directory, file));
      assert.equal(text, readFileSync(join(casesRoot, `${path}.expected.txt`), "utf8"));
    });
  }
});

function findFiles(suffix: string): readonly string[] {
  return readdirSync(casesRoot, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(suffix))
    .map((path) => path.slice(0, -suffix.length).replaceAll("\\", "/"))
    .sort();
}

function readFile(directory: string, name: string): Uint8Array | undefined {
  const path = [join(directory, name), join(importsRoot, name)].find((candidate) => existsSync(candidate));
  return path === undefined ? undefined : readFileSync(path);
}

function runWithProtoc(directory: string, file: string): ProtocRun {
  return runProtoc(
    ["-I.", `-I${importsRoot}`, `-I${protocInclude}`, "--descriptor_set_out=/dev/null", file],
    directory,
  );
}

/** Rejected by the one, rejected by the other; and where protoc only warns, there is something to say as well. */
function compareVerdicts(path: string, { ok, diagnostics }: Compilation, protoc: ProtocRun): void {
  const reason = contradicted.get(path);
  const words = protoc.messages.join("\n");
  if (reason !== undefined) {
    assert.notEqual(ok, protoc.accepted, `protoc agrees by now, although ${reason}`);
    return;
  }
  assert.equal(ok, protoc.accepted, `protoc ${protoc.accepted ? "accepts" : "rejects"} it: ${words}`);
  if (protoc.messages.length > 0) assert.notEqual(diagnostics.length, 0, `protoc says: ${words}`);
}

function describeAll({ diagnostics }: Compilation): string {
  for (const { source, span } of diagnostics) {
    assert.ok(span.start <= span.end && span.end <= (source?.text.length ?? 0), "a span lies outside of its file");
  }
  if (diagnostics.length === 0) return NOTHING;
  return diagnostics.map((diagnostic) => `${formatDiagnostic(diagnostic)}\n`).join("\n");
}
