import assert from "node:assert/strict";
import { test } from "node:test";
import { findBadNames } from "./names.ts";

test("a name in kebab-case that says what is inside is fine", () => {
  for (const path of [
    "packages/compiler/src/lexer/token-list.ts",
    "test/lint/layers.ts",
    "scripts/a/utf8-text.test.ts",
  ]) {
    assert.deepEqual(findBadNames(path), []);
  }
});

test("a name that says nothing is reported, for a file and for a folder", () => {
  assert.equal(findBadNames("packages/compiler/src/lexer/utils.ts").length, 1);
  assert.equal(findBadNames("packages/compiler/src/common/token.ts").length, 1);
  assert.equal(findBadNames("packages/compiler/src/lexer/helpers.test.ts").length, 1);
});

test("other cases are reported, but for generated code", () => {
  assert.equal(findBadNames("packages/compiler/src/lexer/TokenList.ts").length, 1);
  assert.equal(findBadNames("packages/compiler/src/lexer/token_list.ts").length, 1);
  assert.deepEqual(findBadNames("test/golden/helloworld_pb.ts"), []);
});
