import assert from "node:assert/strict";
import { test } from "node:test";
import { SerialQueue } from "./serial-queue.ts";

test("a task that is asked for inside another runs after it", () => {
  const queue = new SerialQueue();
  const order: number[] = [];
  queue.run(() => {
    queue.run(() => order.push(2));
    order.push(1);
  });
  assert.deepEqual(order, [1, 2]);
});
