import assert from "node:assert/strict";
import { test } from "node:test";
import { RetryThrottle } from "./retry-throttle.ts";

/** How many successes it takes until there may be further attempts. */
function successesUntilOpen(throttle: RetryThrottle): number {
  let successes = 0;
  for (; !throttle.isOpen; successes++) throttle.onSuccess();
  return successes;
}

test("a failure takes a token, and with half of them there are no further attempts", () => {
  const throttle = new RetryThrottle(10, 0.1);
  for (let failures = 0; failures < 4; failures++) throttle.onFailure();
  assert.equal(throttle.isOpen, true);
  throttle.onFailure();
  assert.equal(throttle.isOpen, false);
  assert.equal(successesUntilOpen(throttle), 1);
});

test("there are never fewer than no tokens, nor more than all", () => {
  const throttle = new RetryThrottle(10, 0.5);
  for (let failures = 0; failures < 100; failures++) throttle.onFailure();
  assert.equal(successesUntilOpen(throttle), 11);
  for (let successes = 0; successes < 100; successes++) throttle.onSuccess();
  for (let failures = 0; failures < 5; failures++) throttle.onFailure();
  assert.equal(throttle.isOpen, false);
});

test("three decimals of the ratio count, as they are written, and ten tenths are one", () => {
  for (const [ratio, successes] of [
    [0.1, 11],
    [0.5466, 2],
    [0.001, 1001],
    [0.0019, 1001],
    [0.57, 2],
  ] as const) {
    const throttle = new RetryThrottle(2, ratio);
    throttle.onFailure();
    throttle.onFailure();
    assert.equal(successesUntilOpen(throttle), successes, String(ratio));
  }
  const exact = new RetryThrottle(1000, 0.57);
  for (let failures = 0; failures < 557; failures++) exact.onFailure();
  assert.equal(successesUntilOpen(exact), 101, "57 tokens for 100 successes");
});
