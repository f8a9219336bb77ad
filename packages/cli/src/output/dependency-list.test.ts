import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDependencyList } from "./dependency-list.ts";

test("outputs stand before the colon and sources behind it, a line each", () => {
  assert.equal(formatDependencyList(["a.py", "b.py"], ["x.proto", "y.proto"]), "a.py \\\nb.py: x.proto\\\n y.proto");
  assert.equal(formatDependencyList(["a.bin"], ["x.proto"]), "a.bin: x.proto");
});
