/** What lands on disk: inside the output folder only, and as a whole. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runGannet } from "./gannet.ts";
import { installPlugin, writeScript } from "./plugin-script.ts";
import { createScratchFolder, readTree } from "./scratch-folder.ts";

const GOOD = 'syntax = "proto3";\nmessage Good { string name = 1; }\n';

/** Runs a plugin that generates files of these names into `out`. */
function generate(folder: string, ...names: readonly string[]) {
  writeScript(folder, "x", { response: { file: names.map((name) => ({ name, content: `content of ${name}` })) } });
  return runGannet(folder, ["protoc", "--x_out=x.json:out", "good.proto"]);
}

function createProject(t: TestContext): string {
  const folder = createScratchFolder(t, { "good.proto": GOOD, "out/.keep": "", "elsewhere/kept.txt": "kept" });
  installPlugin(folder, "node_modules/.bin/protoc-gen-x");
  // Written once here, so that what a run adds is what it wrote.
  writeScript(folder, "x", {});
  writeFileSync(join(folder, "x.json.request"), "");
  return folder;
}

test("a name that leads out of the output folder is refused", (t) => {
  const folder = createProject(t);
  for (const name of [
    "../escaped.txt",
    "a/../../escaped.txt",
    "a/../b.txt",
    join(folder, "out/absolute.txt"),
    "..",
    ".",
    "a/",
    "",
  ]) {
    const { code, stderr } = generate(folder, "fine.txt", name === "" ? "\0" : name);
    assert.equal(code, 1, name);
    assert.match(
      stderr,
      /^--x_out: error: the plugin generates a file of the name "[^\n]*, which is no place inside out \[output-outside\]/,
    );
    assert.deepEqual(Object.keys(readTree(join(folder, "out"))), [".keep"]);
  }
});

test("a symbolic link that leads out of the output folder is not followed", (t) => {
  const folder = createProject(t);
  symlinkSync("../elsewhere", join(folder, "out/folder"));
  symlinkSync("../elsewhere/kept.txt", join(folder, "out/file.txt"));
  for (const name of ["folder/new.txt", "folder/kept.txt", "folder/deep/new.txt", "file.txt"]) {
    const { code, stderr } = generate(folder, "fine.txt", name);
    assert.equal(code, 1, name);
    assert.match(stderr, /^--x_out: error: out\/\S+ is outside of out: a symbolic link leads to /);
  }
  assert.deepEqual(readTree(join(folder, "elsewhere")), { "kept.txt": "kept" });
  assert.deepEqual(Object.keys(readTree(join(folder, "out"))).sort(), [".keep", "file.txt", "folder"]);
});

test("links within the output folder are followed, and one to the folder itself is the folder", (t) => {
  const folder = createProject(t);
  mkdirSync(join(folder, "out/real"));
  symlinkSync("real", join(folder, "out/alias"));
  symlinkSync("out", join(folder, "link"));
  assert.equal(generate(folder, "alias/a.txt", "./b.txt", "c//d.txt").code, 0);
  assert.equal(readFileSync(join(folder, "out/real/a.txt"), "utf8"), "content of alias/a.txt");
  assert.equal(readFileSync(join(folder, "out/b.txt"), "utf8"), "content of ./b.txt");
  assert.equal(readFileSync(join(folder, "out/c/d.txt"), "utf8"), "content of c//d.txt");
  assert.equal(runGannet(folder, ["protoc", "--es_out=target=ts:link", "good.proto"]).code, 0);
  assert.ok(statSync(join(folder, "out/good_pb.ts")).isFile());
});

test("a failure in the middle leaves all as it was", (t) => {
  const folder = createProject(t);
  writeFileSync(join(folder, "out/old.txt"), "old");
  const before = readTree(folder);
  const { code, stderr } = generate(folder, "old.txt", "new/folder/new.txt", "both", "both/inside.txt");
  assert.equal(code, 1);
  assert.match(stderr, /^out\/both: error: cannot write it: /m);
  const { "x.json": _, "x.json.request": __, ...after } = readTree(folder);
  const { "x.json": ___, "x.json.request": ____, ...expected } = before;
  assert.deepEqual(after, expected);
});

test("a file that is written again keeps its permissions, and nothing is left beside it", (t) => {
  const folder = createProject(t);
  writeFileSync(join(folder, "out/script.txt"), "old", { mode: 0o755 });
  assert.equal(generate(folder, "script.txt").code, 0);
  assert.equal(statSync(join(folder, "out/script.txt")).mode & 0o777, 0o755);
  assert.deepEqual(Object.keys(readTree(join(folder, "out"))).sort(), [".keep", "script.txt"]);
});

test("a descriptor set goes to a pipe as to a file", (t) => {
  const folder = createProject(t);
  assert.equal(runGannet(folder, ["protoc", "-o", "set.bin", "good.proto"]).code, 0);
  const { code, stdout, stderr } = runGannet(folder, ["protoc", "-o", "/dev/stdout", "good.proto"]);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, readFileSync(join(folder, "set.bin"), "utf8"));
});
