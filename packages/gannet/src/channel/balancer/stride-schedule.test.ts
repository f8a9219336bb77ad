import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { StrideSchedule } from "./stride-schedule.ts";

function countTurns(weights: readonly number[], turns: number): readonly number[] {
  const schedule = new StrideSchedule(weights, 0);
  const counts = weights.map(() => 0);
  for (let turn = 0; turn < turns; turn++) {
    const place = schedule.next();
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

test("places come as often as their weights say", () => {
  for (const [place, count] of countTurns([1, 2, 3, 4], 1000).entries()) {
    assert.ok(Math.abs(count - 100 * (place + 1)) <= 1, `${count} at ${place}`);
  }
});

test("equal places come in turn", () => {
  const schedule = new StrideSchedule([5, 5, 5], 0);
  assert.deepEqual(
    Array.from({ length: 6 }, () => schedule.next()),
    [0, 1, 2, 0, 1, 2],
  );
});

test("no place gets more than ten times the mean or less than a tenth of it", () => {
  const [low = 0, mean = 0, high = 0] = countTurns([1, 1e6, 1e12], 100_000);
  assert.ok(low > 0 && mean > 0, `${low} and ${mean}`);
  assert.ok(high / low < 101, `${high / low}`);
});

test("over any weights each place has its share, to a turn or two", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 50, max: 100 }), { minLength: 2, maxLength: 9 }), (weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const turns = 2000;
      for (const [place, count] of countTurns(weights, turns).entries()) {
        const share = ((weights[place] ?? 0) / total) * turns;
        assert.ok(Math.abs(count - share) <= 3, `${count} of ${share} at ${place} of ${weights.join()}`);
      }
    }),
  );
});
