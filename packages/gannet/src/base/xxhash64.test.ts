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

/** How many bytes, the seed, and the hash that xxHash's own library gives. */
const VECTORS: readonly (readonly [length: number, seed: bigint, hash: bigint])[] = [
  [4, 0n, 0xfb1e5cf2f1ae4d95n],
  [7, 0n, 0x5613ac510496c04en],
  [8, 0n, 0x57cb2b7521f3e21an],
  [12, 0n, 0x2f53b00266039e64n],
  [15, 0n, 0x90a9714eb00e8d29n],
  [31, 0n, 0xe4a0e629e519a4aen],
  [32, 0n, 0xcc6b8aaada790b2dn],
  [33, 0n, 0x35ec49850475a832n],
  [40, 0n, 0x3b21ed23eea85c2dn],
  [63, 0n, 0xbf9f0ba3cf95b28an],
  [64, 0n, 0x155ccce4bf32befcn],
  [100, 0n, 0x4826e367566ea023n],
  [257, 0n, 0x5f0f93c2b91fa7dbn],
  [12, 0xfedcba9876543210n, 0xccc2ff4222512b14n],
  [100, 0xfedcba9876543210n, 0x6cd7a800876255den],
];

test("bytes of any length hash to what xxHash's own library gives, with and without a seed", () => {
  for (const [length, seed, hash] of VECTORS) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + 11) & 255);
    assert.equal(xxhash64(bytes, seed), hash, `${length} bytes`);
  }
});
