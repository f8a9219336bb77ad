import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { workspace } from "../interop/folders.ts";

const SOURCE = join(workspace, "packages/gannet/src");

test("the guide has a row for each code of misuse, and the source throws each of them", () => {
  const declared = codesIn(readFileSync(join(SOURCE, "core/misuse.ts"), "utf8").split("/** Makes an error")[0] ?? "");
  const page = readFileSync(join(workspace, "docs/misuse.md"), "utf8");
  const rows = [...page.matchAll(/^\| `(GANNET_\w+)` \|(.*)\|$/gm)];
  assert.deepEqual(
    rows.map(([, code]) => code),
    declared,
    "in the order of core/misuse.ts",
  );
  for (const [, code, cells = ""] of rows) {
    const texts = cells.split(" | ").map((cell) => cell.trim());
    assert.ok(texts.length === 3 && !texts.includes(""), `${code} has what it means, an example, and what to do`);
  }
  const thrown = new Set(
    readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
      .filter((file) => /(?<!\.test)\.ts$/.test(file) && !file.endsWith("misuse.ts"))
      .flatMap((file) => codesIn(readFileSync(join(SOURCE, file), "utf8"))),
  );
  assert.deepEqual(
    declared.filter((code) => !thrown.has(code)),
    [],
  );
});

test("the page for those who come from grpc-js has the options that errors know, with the same names", () => {
  const source = readFileSync(join(SOURCE, "core/foreign-options.ts"), "utf8");
  const known = [...source.matchAll(/^ {2}"(grpc[\w.-]+)": "(.+)",$/gm)].map(([, theirs, ours]) => [theirs, ours]);
  assert.ok(known.length >= 20);
  const page = readFileSync(join(workspace, "docs/from-grpc-js.md"), "utf8");
  const section = page.split(/^## /m).find((one) => one.startsWith("Options")) ?? "";
  const rows = [...section.matchAll(/^\| ((?:`grpc[\w.-]+`(?:, )?)+) \| `([^`]+)`/gm)].flatMap(([, names = "", ours]) =>
    (names.match(/grpc[\w.-]+/g) ?? []).map((theirs) => [theirs, ours]),
  );
  assert.deepEqual(rows, known);
});

function codesIn(text: string): string[] {
  return text.match(/(?<=")GANNET_\w+(?=")/g) ?? [];
}
