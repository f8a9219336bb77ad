import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata } from "./metadata.ts";

test("all of other metadata can be added, with keys that applications cannot set, and stays as it was there", () => {
  const other = Metadata.fromWire([
    ["a", "2"],
    ["grpc-server-stats-bin", Uint8Array.of(1)],
    ["a", "3"],
  ]);
  const metadata = new Metadata({ a: "1" }).appendAll(other);
  assert.deepEqual(metadata.getAll("a"), ["1", "2", "3"]);
  assert.deepEqual(metadata.get("grpc-server-stats-bin"), Uint8Array.of(1));
  metadata.delete("a");
  assert.equal(other.size, 3);
  assert.equal(metadata.appendAll(metadata).size, 2);
});
