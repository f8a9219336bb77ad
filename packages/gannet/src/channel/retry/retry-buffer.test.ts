import assert from "node:assert/strict";
import { test } from "node:test";
import { RetryBuffer } from "./retry-buffer.ts";

test("all calls together are given no more than there may be, and again what was given back", () => {
  const buffer = new RetryBuffer(100, 60);
  assert.ok(buffer.take(60));
  assert.ok(!buffer.take(41));
  assert.ok(buffer.take(40));
  assert.ok(!buffer.take(1));
  buffer.giveBack(60);
  assert.ok(buffer.take(60));
});
