import assert from "node:assert/strict";
import { test } from "node:test";
import { untilAborted } from "./until-aborted.ts";

/** A promise, how it is settled, and what was said when it was. */
function begin(signal: AbortSignal | undefined) {
  const ends: boolean[] = [];
  let resolve: (value: number) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = untilAborted<number>(signal, (onValue, onFailure) => {
    resolve = onValue;
    reject = onFailure;
    return (isFulfilled) => ends.push(isFulfilled);
  });
  return { promise, ends, resolve: (value: number) => resolve(value), reject: (reason: unknown) => reject(reason) };
}

test("what comes first settles it, once", async () => {
  const controller = new AbortController();
  const [first, second, third] = [begin(controller.signal), begin(controller.signal), begin(controller.signal)];
  first.resolve(1);
  second.reject(new Error("no"));
  controller.abort("enough");
  first.reject(new Error("too late"));
  third.resolve(3);
  assert.equal(await first.promise, 1);
  await assert.rejects(second.promise, /^Error: no$/);
  await assert.rejects(third.promise, (reason) => reason === "enough");
  assert.deepEqual([first.ends, second.ends, third.ends], [[true], [false], [false]]);
});

test("a signal that is aborted already gives it up at once, after it has begun", async () => {
  const { promise, ends } = begin(AbortSignal.abort("enough"));
  assert.deepEqual(ends, [false]);
  await assert.rejects(promise, (reason) => reason === "enough");
});

test("without a signal it is a promise", async () => {
  const { promise, resolve, ends } = begin(undefined);
  resolve(1);
  assert.equal(await promise, 1);
  assert.deepEqual(ends, [true]);
});
