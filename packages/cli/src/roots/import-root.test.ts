import assert from "node:assert/strict";
import { delimiter } from "node:path";
import { test } from "node:test";
import { canonicalPath, isImportPath, parseImportRoots, replacePrefix } from "./import-root.ts";

test("the value of -I is a list, whose parts may say under which path they are imported", () => {
  assert.deepEqual(parseImportRoots(["proto/", "", "v/w=./third//party", "=x", "."].join(delimiter)), [
    { virtual: "", disk: "proto" },
    { virtual: "v/w", disk: "third/party" },
    { virtual: "", disk: "x" },
    { virtual: "", disk: "" },
  ]);
});

test("paths lose what says nothing, and keep what only the disk can tell", () => {
  assert.equal(canonicalPath("./a//b/./c/"), "a/b/c");
  assert.equal(canonicalPath("/a/../b"), "/a/../b");
  assert.equal(canonicalPath("../a"), "../a");
});

test("a prefix is replaced where it ends with a part of the path, and nothing leads out behind it", () => {
  assert.equal(replacePrefix("proto/a/b.proto", "proto", ""), "a/b.proto");
  assert.equal(replacePrefix("proto/a/b.proto", "proto/a", "v"), "v/b.proto");
  assert.equal(replacePrefix("a/b.proto", "", "proto"), "proto/a/b.proto");
  assert.equal(replacePrefix("v/b.proto", "v/b.proto", "disk/c.proto"), "disk/c.proto");
  assert.equal(replacePrefix("/a/b.proto", "/", ""), "a/b.proto");
  assert.equal(replacePrefix("protocol/b.proto", "proto", ""), undefined);
  assert.equal(replacePrefix("proto/../b.proto", "proto", ""), undefined);
  assert.equal(replacePrefix("../b.proto", "", ""), undefined);
  assert.equal(replacePrefix("/a/b.proto", "", ""), undefined);
});

test("import paths are relative, and written in one way only", () => {
  for (const path of ["a.proto", "a/b/c.proto", "..a/b.proto"]) assert.ok(isImportPath(path), path);
  for (const path of ["", "./a", "a/../b", "a//b", "a/", "a\\b", "a\0"]) assert.ok(!isImportPath(path), path);
});
