/** The short form: what it takes for granted. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { runGannet } from "./gannet.ts";
import { createScratchFolder, listFiles } from "./scratch-folder.ts";

const message = (name: string, ...imports: readonly string[]) =>
  `syntax = "proto3";\n${imports.map((path) => `import public "${path}";\n`).join("")}message ${name} {}\n`;

test("a folder is where imports start, and its files keep their places", (t) => {
  const folder = createScratchFolder(t, {
    "proto/shop/order.proto": message("Order", "shop/item.proto"),
    "proto/shop/item.proto": message("Item"),
    "proto/top.proto": message("Top", "shop/order.proto"),
  });
  const { code, stdout, stderr } = runGannet(folder, ["gen", "proto", "--out", "src/gen"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(stdout.split("\n").sort(), [
    "",
    "wrote src/gen/shop/item_pb.ts",
    "wrote src/gen/shop/order_pb.ts",
    "wrote src/gen/top_pb.ts",
  ]);
  assert.deepEqual(listFiles(join(folder, "src/gen")), ["shop/item_pb.ts", "shop/order_pb.ts", "top_pb.ts"]);
  assert.match(readFileSync(join(folder, "src/gen/top_pb.ts"), "utf8"), /from "\.\/shop\/order_pb\.js"/);
});

test("without inputs the current directory is searched, but for node_modules, hidden folders and links to folders", (t) => {
  const folder = createScratchFolder(t, {
    "a.proto": message("A"),
    "sub/b.proto": message("B", "a.proto"),
    "node_modules/x/c.proto": "no proto at all",
    ".cache/d.proto": "no proto at all",
  });
  symlinkSync(".", join(folder, "sub/up"));
  assert.equal(runGannet(folder, ["gen", "--out", "gen"]).code, 0);
  assert.deepEqual(listFiles(join(folder, "gen")), ["a_pb.ts", "sub/b_pb.ts"]);
});

test("the folder of a file is where its imports start, and what it imports is generated too", (t) => {
  const folder = createScratchFolder(t, {
    "proto/a.proto": message("A", "b.proto", "google/protobuf/timestamp.proto"),
    "proto/b.proto": message("B"),
    "proto/c.proto": message("C"),
  });
  assert.equal(runGannet(folder, ["gen", "proto/a.proto", "--out", "gen"]).code, 0);
  assert.deepEqual(listFiles(join(folder, "gen")), ["a_pb.ts", "b_pb.ts"]);
  assert.equal(runGannet(folder, ["gen", "proto/a.proto", "--no-imports", "--out", "alone"]).code, 0);
  assert.deepEqual(listFiles(join(folder, "alone")), ["a_pb.ts"]);
});

test("-I says where imports start instead", (t) => {
  const folder = createScratchFolder(t, {
    "proto/shop/a.proto": message("A", "shop/b.proto", "vendored.proto"),
    "proto/shop/b.proto": message("B"),
    "third/vendored.proto": message("V"),
  });
  const missing = runGannet(folder, ["gen", "proto/shop/a.proto", "--out", "gen"]);
  assert.equal(missing.code, 1);
  const { code, stderr } = runGannet(folder, ["gen", "-I", "proto", "-Ithird", "proto/shop", "--out", "gen"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(listFiles(join(folder, "gen")), ["shop/a_pb.ts", "shop/b_pb.ts", "vendored_pb.ts"]);
});

test("well-known types are not generated, unless asked for", (t) => {
  const folder = createScratchFolder(t, {
    "a.proto": message("A", "google/protobuf/empty.proto"),
    "google/protobuf/empty.proto": 'syntax = "proto3";\npackage google.protobuf;\nmessage Empty {}\n',
  });
  assert.equal(runGannet(folder, ["gen", ".", "--out", "gen"]).code, 0);
  assert.deepEqual(listFiles(join(folder, "gen")), ["a_pb.ts"]);
  assert.equal(runGannet(folder, ["gen", "-I.", "google/protobuf/empty.proto", "--out", "asked"]).code, 0);
  assert.deepEqual(listFiles(join(folder, "asked")), ["google/protobuf/empty_pb.ts"]);
});

test("options of the generator replace the defaults or add to them", (t) => {
  const folder = createScratchFolder(t, { "a.proto": `${message("A")}enum E { ZERO = 0; }\n` });
  assert.equal(runGannet(folder, ["gen", "a.proto", "--out", "."]).code, 0);
  const erasable = readFileSync(join(folder, "a_pb.ts"), "utf8");
  assert.match(erasable, /parameter "target=ts,erasable_syntax=true,import_extension=js"/);
  assert.doesNotMatch(erasable, /export enum/);
  const options = ["--opt", "target=js+dts", "--opt", "json_types=true,import_extension=none"];
  assert.equal(runGannet(folder, ["gen", "a.proto", "--out", "js", ...options]).code, 0);
  assert.deepEqual(listFiles(join(folder, "js")), ["a_pb.d.ts", "a_pb.js"]);
  assert.match(readFileSync(join(folder, "js/a_pb.d.ts"), "utf8"), /AJson/);
  const wrong = [
    ["trget=js", "the generator has no option trget [unknown-generator-option]\n  hint: did you mean target?"],
    ["json-types=true", "no option json-types [unknown-generator-option]\n  hint: did you mean json_types?"],
    ["quite", "no option quite [unknown-generator-option]\n  hint: there are target, import_extension, "],
    ["target=js+jsx", "target cannot be js+jsx [invalid-generator-option]\n  hint: it is ts, js or dts"],
    ["json_types", "json_types has no value [invalid-generator-option]\n  hint: it is true or false"],
    ["ts_nocheck=true+false", "ts_nocheck cannot be true+false"],
  ] as const;
  for (const [option, said] of wrong) {
    const { code: wrongCode, stderr } = runGannet(folder, ["gen", "a.proto", "--out", "none", "--opt", option]);
    assert.equal(wrongCode, 1);
    assert.ok(stderr.startsWith(`--opt ${option}: error: `) && stderr.includes(said), stderr);
  }
  assert.ok(!existsSync(join(folder, "none")));
  // What the generator takes beside what it is asked for mostly.
  const also = ["--opt", "json_types=1,import_extension=.js,rewrite_imports=./foo/*:bar,target=ts"];
  assert.equal(runGannet(folder, ["gen", "a.proto", "--out", "also", ...also]).code, 0);
});

test("two files that claim the same import path", (t) => {
  const folder = createScratchFolder(t, { "a/x.proto": message("A"), "b/x.proto": message("B") });
  const { code, stderr } = runGannet(folder, ["gen", "a/x.proto", "b/x.proto", "--out", "gen"]);
  assert.equal(code, 1);
  assert.match(stderr, /^b\/x\.proto: error: an import of "x\.proto" finds a\/x\.proto first/);
});

test("nothing to generate", (t) => {
  const folder = createScratchFolder(t, { "empty/readme.txt": "" });
  const { code, stderr } = runGannet(folder, ["gen", "empty", "--out", "gen"]);
  assert.equal(code, 1);
  assert.match(stderr, /^empty: error: there are no \.proto files in this folder \[no-input\]/);
  const unsaid = runGannet(folder, ["gen", "empty"]);
  assert.equal(unsaid.code, 1);
  assert.match(unsaid.stderr, /^gannet gen: error: no folder to write to is given \[no-output\]\n {2}hint: .*--out/);
});

test("what is there as it should be is not written again", (t) => {
  const folder = createScratchFolder(t, { "a.proto": message("A"), "b.proto": message("B") });
  assert.equal(runGannet(folder, ["gen", "--out", "gen"]).code, 0);
  const time = new Date(2001, 1, 3);
  for (const name of ["a", "b"]) utimesSync(join(folder, `gen/${name}_pb.ts`), time, time);
  assert.equal(runGannet(folder, ["gen", "--out", "gen"]).stdout, "2 files are up to date\n");
  writeFileSync(join(folder, "b.proto"), message("Changed"));
  assert.equal(runGannet(folder, ["gen", "--out", "gen"]).stdout, "wrote gen/b_pb.ts\n1 file is up to date\n");
  assert.deepEqual(statSync(join(folder, "gen/a_pb.ts")).mtime, time);
  assert.notDeepEqual(statSync(join(folder, "gen/b_pb.ts")).mtime, time);
});

test("generated files of .proto files that are gone stay, and --clean removes them", (t) => {
  const folder = createScratchFolder(t, {
    "proto/a.proto": message("A"),
    "proto/old/gone.proto": message("Gone"),
    "other/b.proto": message("B"),
  });
  assert.equal(runGannet(folder, ["gen", "proto", "--codecs", "--out", "gen"]).code, 0);
  rmSync(join(folder, "proto/old"), { recursive: true });
  const own = {
    "gen/own_pb.ts": "export const own = 1;\n",
    "gen/index.ts": 'export * from "./a_pb.js";\n',
    // Code of another package, copied from a place of another name.
    "gen/vendored/a_pb.ts": readFileSync(join(folder, "gen/a_pb.ts"), "utf8"),
    "gen/node_modules/old/gone_pb.ts": readFileSync(join(folder, "gen/old/gone_pb.ts"), "utf8"),
  };
  for (const [path, content] of Object.entries(own)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  assert.equal(runGannet(folder, ["gen", "other", "--out", "gen"]).stdout, "wrote gen/b_pb.ts\n");
  assert.ok(existsSync(join(folder, "gen/old/gone_pb.ts")));
  const { code, stdout } = runGannet(folder, ["gen", "proto", "other", "--clean", "--out", "gen"]);
  const removed = ["removed gen/a_codec.ts", "removed gen/old/gone_codec.ts", "removed gen/old/gone_pb.ts"];
  assert.deepEqual([code, stdout.split("\n").sort()], [0, ["", "2 files are up to date", ...removed].sort()]);
  assert.deepEqual(
    listFiles(join(folder, "gen")).map((path) => `gen/${path}`),
    ["gen/a_pb.ts", "gen/b_pb.ts", ...Object.keys(own)].sort(),
  );
  assert.ok(!existsSync(join(folder, "gen/old")));
});

test("with errors nothing is removed", (t) => {
  const folder = createScratchFolder(t, { "proto/a.proto": message("A"), "proto/b.proto": message("B") });
  assert.equal(runGannet(folder, ["gen", "proto", "--out", "gen"]).code, 0);
  rmSync(join(folder, "proto/b.proto"));
  writeFileSync(join(folder, "proto/a.proto"), "message {");
  assert.equal(runGannet(folder, ["gen", "proto", "--clean", "--out", "gen"]).code, 1);
  assert.deepEqual(listFiles(join(folder, "gen")), ["a_pb.ts", "b_pb.ts"]);
});
