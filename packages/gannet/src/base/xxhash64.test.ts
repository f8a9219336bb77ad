import assert from "node:assert/strict";
import { test } from "node:test";
import { xxhash64 } from "./xxhash64.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

test("texts hash to what the reference implementation gives", () => {
  assert.equal(xxhash64(bytesOf("")), 0xef46db3751d8e999n);
  assert.equal(xxhash64(bytesOf("a")), 0xd24ec4f1a98c6e5bn);
  assert.equal(xxhash64(bytesOf("abc")), 0x44bc2cf5ad770999n);
  assert.equal(xxhash64(bytesOf("Nobody inspects the spammish repetition")), 0xfbcea83c8a378bf1n);
});

test("the seed goes into the hash", () => {
  assert.notEqual(xxhash64(bytesOf("abc"), 1n), xxhash64(bytesOf("abc")));
});
