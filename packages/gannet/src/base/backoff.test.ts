import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "./backoff.ts";

test("delays grow from one second by 1.6 up to two minutes", () => {
  const backoff = new Backoff(() => 0.5);
  const delays = Array.from({ length: 13 }, () => Math.round(backoff.next()));
  assert.deepEqual(delays.slice(0, 4), [1000, 1600, 2560, 4096]);
  assert.deepEqual(delays.slice(-2), [120_000, 120_000]);
});

test("a fifth is added or taken away at random", () => {
  assert.equal(new Backoff(() => 0).next(), 800);
  assert.equal(Math.round(new Backoff(() => 0.999999).next()), 1200);
});

test("a success starts it over", () => {
  const backoff = new Backoff(() => 0.5);
  backoff.next();
  backoff.next();
  backoff.reset();
  assert.equal(backoff.next(), 1000);
});
