import assert from "node:assert/strict";
import { test } from "node:test";
import { runSeed, WORLDS } from "./run-seed.ts";
import { Tally } from "./tally.ts";

for (const world of WORLDS) {
  test(`a seed of ${world} goes the same way each time, and another way than the next one`, async () => {
    const [once, again, other] = [
      await runSeed(world, 11, new Tally()),
      await runSeed(world, 11, new Tally()),
      await runSeed(world, 12, new Tally()),
    ];
    assert.equal(again.digest, once.digest);
    assert.equal(again.happened, once.happened);
    assert.notEqual(other.digest, once.digest);
    assert.deepEqual([...once.problems, ...other.problems], []);
  });
}

test("real time, turns and chance are back behind a seed", async () => {
  const before = [setImmediate, setTimeout, Math.random];
  await runSeed("stacks", 13, new Tally());
  assert.deepEqual([setImmediate, setTimeout, Math.random], before);
});
