/** The tutorial's five .proto files, as its reader compiles them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gannetPath, runGannet } from "./gannet.ts";
import { createScratchFolder, listFiles } from "./scratch-folder.ts";

const tutorial = fileURLToPath(new URL("../../../examples/tutorial", import.meta.url));
const require = createRequire(import.meta.url);
const STEPS = ["bidi", "client-stream", "hello", "server-stream", "types"];

/** Imports everything that has been generated, and uses the service. */
const USE = `import { grpc_test } from "./helloworld_pb.js";
export const name: string = grpc_test.typeName;
export const methods: string[] = grpc_test.methods.map((method) => method.localName);
`;

describe("the tutorial's step", () => {
  for (const step of STEPS) {
    const files = { "helloworld.proto": readFileSync(join(tutorial, step, "helloworld.proto"), "utf8") };

    test(`${step}: one file by gannet gen, which tsc --strict accepts`, (t) => {
      const folder = createScratchFolder(t, files);
      const { code, stdout, stderr } = runGannet(folder, ["gen", "helloworld.proto", "--out", "."]);
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "wrote helloworld_pb.ts\n");
      assert.equal(stderr, "");
      compileStrictly(folder);
    });

    test(`${step}: JavaScript and types by gannet protoc, which tsc --strict accepts`, (t) => {
      const folder = createScratchFolder(t, files);
      const { code, stdout, stderr } = runGannet(folder, ["protoc", "-I.", "--es_out=.", "helloworld.proto"]);
      assert.deepEqual([code, stdout, stderr], [0, "", ""]);
      assert.deepEqual(listFiles(folder), ["helloworld.proto", "helloworld_pb.d.ts", "helloworld_pb.js"]);
      compileStrictly(folder);
    });
  }

  test("names are all there", () => {
    assert.deepEqual(readdirSync(tutorial).sort(), STEPS);
  });
});

test("the tutorial's Makefile rule, with the name of the program replaced", (t) => {
  const folder = createScratchFolder(t, {
    "helloworld.proto": readFileSync(join(tutorial, "hello/helloworld.proto"), "utf8"),
    Makefile: "proto:\n\tnpx gannet protoc -I. --es_out=. helloworld.proto\n",
  });
  // What `npm install` leaves.
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(gannetPath, join(folder, "node_modules/.bin/gannet"));
  writeFileSync(join(folder, "package.json"), "{}");
  const { status, stderr } = spawnSync("make", ["proto"], { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.ok(listFiles(folder).includes("helloworld_pb.js"));
});

function compileStrictly(folder: string): void {
  mkdirSync(join(folder, "node_modules"));
  const protobuf = dirname(dirname(dirname(require.resolve("@bufbuild/protobuf"))));
  symlinkSync(dirname(protobuf), join(folder, "node_modules/@bufbuild"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "use.ts"), USE);
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
  const flags = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "--types", ""];
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...flags, "--erasableSyntaxOnly", "use.ts"], {
    cwd: folder,
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
}
