import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { FileCache } from "./file-cache.ts";

/** Not UTF-8, so that it is read to bytes: whether they are the same object tells whether it was read again. */
const contents = (last: number): Uint8Array => Uint8Array.of(0xff, last);

/** Long after all files here were written. */
const later = (): number => Date.now() + 60_000;

function createFile(t: TestContext): { folder: string; file: string } {
  const folder = mkdtempSync(path.join(tmpdir(), "gannet-cache-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "a.proto");
  writeFileSync(file, contents(1));
  return { folder, file };
}

test("a file that has not changed is not read again", (t) => {
  const { file } = createFile(t);
  const cache = new FileCache(later);
  const first = cache.read(file);
  assert.deepEqual(Buffer.from(first), Buffer.from(contents(1)));
  assert.equal(cache.read(file), first);
});

test("a file is read again that was written, replaced, or was away for a while", (t) => {
  const { folder, file } = createFile(t);
  const cache = new FileCache(later);
  cache.read(file);
  writeFileSync(file, Uint8Array.of(...contents(2), 3));
  assert.deepEqual(Buffer.from(cache.read(file)), Buffer.from([0xff, 2, 3]));
  const other = path.join(folder, "saved.tmp");
  writeFileSync(other, contents(4));
  renameSync(other, file);
  assert.deepEqual(Buffer.from(cache.read(file)), Buffer.from(contents(4)));
  rmSync(file);
  assert.throws(() => cache.read(file), { code: "ENOENT" });
  writeFileSync(file, contents(5));
  assert.deepEqual(Buffer.from(cache.read(file)), Buffer.from(contents(5)));
});

test("a file that was written a moment ago is read again: its time may not tell of the next change", (t) => {
  const { file } = createFile(t);
  const cache = new FileCache();
  const first = cache.read(file);
  const second = cache.read(file);
  assert.notEqual(second, first);
  assert.deepEqual(second, first);
});

test("UTF-8 is read to text, its mark of byte order included", (t) => {
  const { file } = createFile(t);
  writeFileSync(file, "\ufeffmessage Ä {}");
  assert.equal(new FileCache(later).read(file), "\ufeffmessage Ä {}");
});
