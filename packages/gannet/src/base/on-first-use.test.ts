import assert from "node:assert/strict";
import { test } from "node:test";
import { onFirstUse } from "./on-first-use.ts";

test("a constant is made when it is asked for, and once", () => {
  let times = 0;
  const table = onFirstUse(() => ({ times: ++times }));
  assert.equal(times, 0);
  assert.equal(table(), table());
  assert.equal(times, 1);
});
