/** The code that the built-in generator writes: byte for byte that of protoc-gen-es run by protoc. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { runProtoc } from "../conformance/protoc/index.ts";
import { runGannet } from "./gannet.ts";
import { createScratchFolder, readTree } from "./scratch-folder.ts";

const require = createRequire(import.meta.url);
const tutorial = fileURLToPath(new URL("../../../examples/tutorial", import.meta.url));
const google = dirname(require.resolve("google-proto-files/package.json"));
const language = fileURLToPath(new URL("../../conformance/protoc/language", import.meta.url));
const plugin = join(dirname(require.resolve("@bufbuild/protoc-gen-es/package.json")), "bin/protoc-gen-es");

/** Parameters of the generator that between them go through each of its ways. */
const PARAMETERS = [
  "",
  "target=ts,erasable_syntax=true,import_extension=js",
  "target=ts,json_types=true,valid_types=legacy_required,import_extension=ts",
  "target=js+dts,js_import_style=legacy_commonjs,json_types=true",
  "target=js+dts+ts,keep_empty_files=true,import_extension=none,ts_nocheck=true",
];

const SETS: readonly { readonly name: string; readonly roots: readonly string[]; readonly files: readonly string[] }[] =
  [
    ...["bidi", "client-stream", "hello", "server-stream", "types"].map((step) => ({
      name: `the tutorial's ${step}`,
      roots: [join(tutorial, step)],
      files: ["helloworld.proto"],
    })),
    {
      name: "every corner of the language",
      roots: [language],
      // An option in a message set that is set by its path, not as a literal: protoc encodes it anew, as we cannot.
      files: listProtoFiles(language, ".").filter((file) => file !== "message-sets.proto"),
    },
    {
      name: "Google's interfaces",
      roots: [google],
      files: [
        "google/api",
        "google/rpc",
        "google/type",
        "google/longrunning",
        "google/pubsub/v1",
        "google/iam/v1",
      ].flatMap((folder) => listProtoFiles(google, folder)),
    },
  ];

describe("the files that protoc-gen-es makes when protoc runs it, with each of five parameters, of", () => {
  for (const { name, roots, files } of SETS) {
    test(name, (t) => {
      const folder = createScratchFolder(t);
      const [expected, actual] = ["protoc", "gannet"].map((compiler) => {
        const outputs = PARAMETERS.map((parameter, index) => {
          const output = `${compiler}/${index}`;
          mkdirSync(join(folder, output), { recursive: true });
          return `--es_out=${parameter === "" ? "" : `${parameter}:`}${output}`;
        });
        const args = [...roots.map((root) => `-I${root}`), ...outputs, ...files];
        if (compiler === "protoc") assert.ok(runProtoc([`--plugin=${plugin}`, ...args], folder).accepted);
        else assert.equal(runGannet(folder, ["protoc", ...args]).code, 0);
        return readTree(join(folder, compiler));
      });
      assert.ok(expected !== undefined && actual !== undefined);
      assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
      assert.ok(Object.keys(expected).length > files.length * PARAMETERS.length);
      for (const [path, text] of Object.entries(expected)) assert.equal(actual[path], text, path);
    });
  }
});

test("another protoc-gen-es takes the place of the one that is built in", (t) => {
  const folder = createScratchFolder(t);
  const args = [
    "protoc",
    `-I${join(tutorial, "hello")}`,
    `--plugin=protoc-gen-es=${plugin}`,
    "--es_out=.",
    "helloworld.proto",
  ];
  const { code, stderr } = runGannet(folder, args);
  assert.equal(code, 0, stderr);
  assert.deepEqual(Object.keys(readTree(folder)).sort(), ["helloworld_pb.d.ts", "helloworld_pb.js"]);
});

function listProtoFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".proto"))
    .map((path) => relative(root, join(root, folder, path)));
}
