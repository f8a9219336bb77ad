/** Codecs that are generated ahead of time: what is written, that every compiler takes it, and that it does without evaluation. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { workspace } from "../interop/folders.ts";
import { runGannet } from "./gannet.ts";
import { createScratchFolder, listFiles, readTree } from "./scratch-folder.ts";

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
const language = fileURLToPath(new URL("../../conformance/protoc/language", import.meta.url));

const FILES = {
  "proto/shop.proto": `syntax = "proto3";
package shop;
import "google/protobuf/empty.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "parts/item.proto";
message Order {
  repeated parts.Item items = 1;
  map<string, parts.Item> by_name = 2;
  google.protobuf.Timestamp at = 3;
  google.protobuf.Struct notes = 4;
  oneof where { Desk desk = 5; string address = 6; }
  message Desk { int32 floor = 1; }
}
service Shop { rpc Buy(Order) returns (google.protobuf.Empty); }
`,
  "proto/parts/item.proto": `syntax = "proto2";
package parts;
message Item {
  required string name = 1;
  optional int64 cents = 2 [default = 5, jstype = JS_STRING];
  optional group Box = 3 { repeated uint32 sides = 1 [packed = true]; }
  optional Color color = 4;
  extensions 100 to 199;
}
enum Color { RED = 1; BLUE = 2; }
extend Item { optional string printer = 100; }
message constructor { optional string __proto__ = 1; optional bool toString = 2; optional bytes value_of = 3; }
`,
  "proto/colors.proto": 'syntax = "proto3";\npackage colors;\nenum Only { NONE = 0; }\n',
};

const ORDER = `{
  items: [{ name: "tea", cents: "7", box: { sides: [1, 300] }, color: 2 }],
  byName: { __proto: { name: "x" } },
  at: { seconds: 5n },
  notes: { a: [1, null, { b: true }] },
  where: { case: "desk", value: { floor: 2 } },
}`;

/** A program that says which codecs it has, and what they write. */
const PROGRAM = `
import { create, getExtension, setExtension, toBinary } from "@bufbuild/protobuf";
import { createCodec } from "gannet/codec";
import { constructorSchema, ItemSchema, printer } from "./gen/parts/item_pb.js";
import { OrderSchema } from "./gen/shop_pb.js";
import "./gen/shop_codec.js";
let evaluates = true;
try { new Function(""); } catch { evaluates = false; }
const codec = createCodec(OrderSchema);
const bytes = codec.encode(${ORDER});
const order = codec.decode(bytes);
setExtension(order.items[0], printer, "inkjet");
const again = codec.decode(codec.encode(order));
const same = (one, other) => String(one) === String(other);
const items = createCodec(ItemSchema);
const names = createCodec(constructorSchema);
const refused = (call) => { try { call(); } catch (error) { return error.message; } };
console.log(JSON.stringify([
  evaluates, codec.kind, items.kind, names.kind,
  same(bytes, toBinary(OrderSchema, create(OrderSchema, ${ORDER}))),
  getExtension(again.items[0], printer), again.items[0].cents, items.decode(Uint8Array.of(10, 0)).cents,
  same(names.encode({ toString$: true }), Uint8Array.of(16, 1)),
  refused(() => codec.encode({ items: [{ name: "a" }, { name: 5 }] })),
  refused(() => items.decode(Uint8Array.of(18, 5, 1))),
]));
`;

const SAID = [
  "ahead-of-time",
  "ahead-of-time",
  "ahead-of-time",
  true,
  "inkjet",
  "7",
  "5",
  true,
  "shop.Order.items[1].name: expected string, got 5",
];

/** A folder with the files and whatever packages the workspace has. */
function createProject(t: TestContext, files: Readonly<Record<string, string>> = FILES): string {
  const folder = createScratchFolder(t, { "package.json": '{ "type": "module" }', ...files });
  symlinkSync(join(workspace, "node_modules"), join(folder, "node_modules"));
  return folder;
}

function inCommonJs(program: string): string {
  return program
    .replace(/import (".*");/g, "require($1);")
    .replace(/import (\{.*\}) from (".*");/g, "const $1 = require($2);");
}

/** Compiles what has been generated, with every flag that says more than another. */
function compile(folder: string, flags: readonly string[]): void {
  const strict = [
    "--strict",
    "--noUnusedLocals",
    "--noUnusedParameters",
    "--noImplicitReturns",
    "--noUncheckedIndexedAccess",
  ];
  const more = ["--noFallthroughCasesInSwitch", "--noPropertyAccessFromIndexSignature", "--exactOptionalPropertyTypes"];
  const modern = ["--verbatimModuleSyntax", "--erasableSyntaxOnly", "--isolatedDeclarations", "--declaration"];
  const unreachable = [
    "--allowUnreachableCode",
    "false",
    "--allowUnusedLabels",
    "false",
    "--noUncheckedSideEffectImports",
  ];
  const target = ["--module", "nodenext", "--target", "es2022", "--lib", "es2022", "--types", ""];
  const files = listFiles(join(folder, "gen")).map((name) => join("gen", name));
  const all = [...strict, ...more, ...modern, ...unreachable, ...target, ...flags];
  const { code, output } = runNode(folder, [tsc, ...all, ...files]);
  assert.equal(code, 0, output);
}

function runNode(folder: string, args: readonly string[]): { readonly output: string; readonly code: number | null } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  return { code: status, output: stdout + stderr };
}

describe("gannet gen --codecs", () => {
  test("writes a module beside each file with messages, and for the well-known types that those need", (t) => {
    const folder = createProject(t);
    assert.equal(runGannet(folder, ["gen", "proto", "--out", "gen", "--codecs"]).code, 0);
    assert.deepEqual(listFiles(join(folder, "gen")), [
      "colors_pb.ts",
      "google/protobuf/empty_codec.ts",
      "google/protobuf/struct_codec.ts",
      "google/protobuf/timestamp_codec.ts",
      "parts/item_codec.ts",
      "parts/item_pb.ts",
      "shop_codec.ts",
      "shop_pb.ts",
    ]);
    const text = readFileSync(join(folder, "gen/shop_codec.ts"), "utf8");
    for (const path of [
      "./parts/item_codec.js",
      "./google/protobuf/struct_codec.js",
      "./google/protobuf/empty_codec.js",
    ])
      assert.ok(text.includes(`\nimport "${path}";\n`), path);
    assert.ok(!text.includes(folder), "no path of this machine");
    const first = readTree(join(folder, "gen"));
    assert.equal(runGannet(folder, ["gen", "proto", "--out", "gen", "--codecs"]).code, 0);
    assert.deepEqual(readTree(join(folder, "gen")), first);
    assert.equal(runGannet(folder, ["gen", "proto", "--out", "without"]).code, 0);
    assert.ok(listFiles(join(folder, "without")).every((name) => name.endsWith("_pb.ts")));
  });

  for (const parameter of ["target=ts", "target=js+dts", "target=js,js_import_style=legacy_commonjs"]) {
    for (const isForbidden of [true, false]) {
      test(`works with ${parameter}, evaluation being ${isForbidden ? "forbidden" : "allowed"}`, (t) => {
        const folder = createProject(t);
        const { code, stderr } = runGannet(folder, ["gen", "proto", "--opt", parameter, "--out", "gen", "--codecs"]);
        assert.equal(code, 0, stderr);
        writeFileSync(join(folder, "program.js"), parameter.includes("commonjs") ? inCommonJs(PROGRAM) : PROGRAM);
        if (parameter.includes("commonjs")) writeFileSync(join(folder, "package.json"), "{}");
        if (parameter === "target=ts") compile(folder, ["--outDir", "gen", "--rootDir", "gen"]);
        const flags = isForbidden ? ["--disallow-code-generation-from-strings"] : [];
        const { output } = runNode(folder, [...flags, "program.js"]);
        assert.match(output, /^\[/);
        const [evaluates, ...said] = JSON.parse(output) as unknown[];
        assert.equal(evaluates, !isForbidden);
        assert.match(String(said.pop()), /^parts\.Item\.cents: .*\(at byte \d\)$/);
        assert.deepEqual(said, SAID);
      });
    }
  }

  test("works in a worker that has neither Node nor evaluation, as a bundle", (t) => {
    const folder = createProject(t);
    assert.equal(runGannet(folder, ["gen", "proto", "--opt=target=js", "--out=gen", "--codecs"]).code, 0);
    writeFileSync(join(folder, "worker.js"), PROGRAM.replace("console.log(", "report("));
    const bundle = ["--bundle", "--format=iife", "--outfile=bundle.js"];
    const esbuild = join(workspace, "node_modules/esbuild/bin/esbuild");
    const { code, output } = runNode(folder, [esbuild, "worker.js", ...bundle, "--log-level=warning"]);
    assert.deepEqual([code, output], [0, ""], "nothing is left out, and nothing of Node's is wanted");
    // What a worker has of the platform: no Buffer, no process.
    const reported: string[] = [];
    const globals = {
      TextEncoder,
      TextDecoder,
      Uint8Array,
      ArrayBuffer,
      report: (text: string) => reported.push(text),
    };
    const context = createContext(globals, { codeGeneration: { strings: false, wasm: false } });
    runInContext(readFileSync(join(folder, "bundle.js"), "utf8"), context);
    const [evaluates, ...said] = JSON.parse(reported.join()) as unknown[];
    assert.equal(evaluates, false);
    said.pop();
    assert.deepEqual(said, SAID);
  });

  test("writes what tsc takes with every flag it has, for every corner of the language", (t) => {
    const folder = createProject(t, {});
    const { code, stderr } = runGannet(folder, ["gen", language, "--out", "gen", "--codecs"]);
    assert.equal(code, 0, stderr);
    assert.ok(listFiles(join(folder, "gen")).filter((name) => name.endsWith("_codec.ts")).length > 10);
    compile(folder, ["--noEmit"]);
  });
});
