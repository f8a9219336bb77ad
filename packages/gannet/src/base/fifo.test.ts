import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fifo } from "./fifo.ts";

const action = fc.oneof(
  { weight: 6, arbitrary: fc.constant("push" as const) },
  { weight: 5, arbitrary: fc.constant("shift" as const) },
  { weight: 1, arbitrary: fc.constantFrom("takeAll" as const, "clear" as const) },
);

test("a Fifo does what an array does", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
      const fifo = new Fifo<number>();
      let model: number[] = [];
      for (const [index, name] of actions.entries()) {
        if (name === "push") {
          fifo.push(index);
          model.push(index);
        } else if (name === "shift") {
          assert.equal(fifo.shift(), model.shift());
        } else {
          if (name === "takeAll") assert.deepEqual(fifo.takeAll(), model);
          else fifo.clear();
          model = [];
        }
        assert.equal(fifo.size, model.length);
      }
      assert.deepEqual(fifo.takeAll(), model);
    }),
  );
});
