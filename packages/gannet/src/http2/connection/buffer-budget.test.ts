import assert from "node:assert/strict";
import { test } from "node:test";
import { BufferBudget, type BufferHolder } from "./buffer-budget.ts";

/** A connection with streams that keep so much each. */
class Holder implements BufferHolder {
  readonly streams: number[];
  reportedBytes = 0;

  constructor(...streams: readonly number[]) {
    this.streams = [...streams];
  }

  get heldBytes(): number {
    return this.streams.reduce((sum, bytes) => sum + bytes, 0);
  }

  endLargest(): boolean {
    const index = this.streams.indexOf(Math.max(...this.streams));
    return this.streams.splice(index, 1).length > 0;
  }
}

test("who keeps most loses what keeps most, and only as much as it takes", () => {
  const budget = new BufferBudget(100);
  const [small, large] = [new Holder(5, 20), new Holder(30, 40)];
  budget.onChange(small);
  budget.onChange(large);
  assert.equal(budget.heldBytes, 95);
  small.streams.push(10);
  budget.onChange(small);
  assert.deepEqual([small.streams, large.streams], [[5, 20, 10], [30]]);
  assert.equal(budget.heldBytes, 65);
});

test("what a holder has freed meanwhile is known before anybody loses something", () => {
  const budget = new BufferBudget(100);
  const [first, second] = [new Holder(90), new Holder(60)];
  budget.onChange(first);
  first.streams.length = 0;
  budget.onChange(second);
  assert.deepEqual(second.streams, [60]);
  assert.equal(budget.heldBytes, 60);
});

test("a holder with nothing is forgotten", () => {
  const budget = new BufferBudget(100);
  const holder = new Holder(50);
  budget.onChange(holder);
  holder.streams.length = 0;
  budget.onChange(holder);
  assert.equal(budget.heldBytes, 0);
});
