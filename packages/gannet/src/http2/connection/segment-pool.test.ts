import assert from "node:assert/strict";
import { test } from "node:test";
import { SEGMENT_BYTES, SegmentPool } from "./segment-pool.ts";

test("segments are given out again, each for what has room in it, and only some are kept", () => {
  const pool = new SegmentPool();
  for (const size of [SEGMENT_BYTES, 65_600]) {
    const taken = Array.from({ length: 20 }, () => pool.take(size));
    assert.ok(taken.every((segment) => segment.length >= size));
    assert.equal(new Set(taken).size, taken.length);
    for (const segment of taken) pool.give(segment);
    const again = Array.from({ length: 20 }, () => pool.take(size));
    const kept = again.filter((segment) => taken.includes(segment)).length;
    assert.ok(kept > 0 && kept < 20, `${kept} of ${size} bytes were kept`);
    for (const segment of again) pool.give(segment);
  }
});

test("a segment of the size of one message is its own, and not kept", () => {
  const pool = new SegmentPool();
  const large = pool.take(1_000_000);
  assert.equal(large.length, 1_000_000);
  pool.give(large);
  assert.notEqual(pool.take(1_000_000), large);
});
