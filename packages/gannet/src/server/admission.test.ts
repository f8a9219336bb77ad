import assert from "node:assert/strict";
import { test } from "node:test";
import { Admission } from "./admission.ts";

/** Notes when its turn comes, and may be done at once. */
function waiter(name: string, turns: string[], onTurn?: () => void): { onAdmitted(): void } {
  return {
    onAdmitted() {
      turns.push(name);
      onTurn?.();
    },
  };
}

test("so many run, so many wait, and the others are refused", () => {
  const admission = new Admission(2, 1);
  const answers = ["a", "b", "c", "d"].map((name) => admission.enter(waiter(name, [])));
  assert.deepEqual(answers, ["admitted", "admitted", "queued", "refused"]);
  assert.deepEqual([admission.running, admission.queued], [2, 1]);
});

test("turns come in the order of coming, and not to who has left", () => {
  const admission = new Admission(1, 10);
  const turns: string[] = [];
  const all = ["a", "b", "c", "d"].map((name) => waiter(name, turns));
  for (const one of all) admission.enter(one);
  const third = all[2] ?? assert.fail();
  assert.ok(admission.withdraw(third));
  assert.ok(!admission.withdraw(third));
  for (let turn = 0; turn < 3; turn++) admission.leave();
  assert.deepEqual([turns, admission.running, admission.queued], [["b", "d"], 0, 0]);
});

test("any number of waiters that are done at once do not pile up on the stack", () => {
  const admission = new Admission(1, 100_000);
  const turns: string[] = [];
  admission.enter(waiter("first", turns));
  for (let turn = 0; turn < 100_000; turn++) admission.enter(waiter("x", turns, () => admission.leave()));
  admission.leave();
  assert.deepEqual([turns.length, admission.running, admission.queued], [100_000, 0, 0]);
});
