import assert from "node:assert/strict";
import { test } from "node:test";
import { tryAgain } from "./try-again.ts";

test("what fails is done again until it succeeds", async () => {
  let attempts = 0;
  const result = await tryAgain(async () => {
    attempts++;
    if (attempts < 3) throw new Error("the connection was reset");
    return "there";
  }, [0, 0, 0]);
  assert.deepEqual([result, attempts], ["there", 3]);
});

test("what goes on failing fails in the words of its last attempt", async () => {
  let attempts = 0;
  const failing = async (): Promise<void> => {
    attempts++;
    throw new Error(`attempt ${attempts}`);
  };
  await assert.rejects(tryAgain(failing, [0, 0]), { message: "attempt 3" });
});
