import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../testing/index.ts";
import { TimerWheel } from "./timer-wheel.ts";

/** A repeatable sequence of numbers from 0 up to 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test("no timer comes early, and each within a tick of its time, however far away", async () => {
  const clock = new VirtualClock();
  const wheel = new TimerWheel(clock);
  const random = createRandom(7);
  const late: number[] = [];
  await clock.advance(1234.5);
  for (let count = 0; count < 400; count++) {
    const due = clock.now() + 10 ** (random() * 8);
    wheel.schedule(due, { onDeadline: () => void late.push(clock.now() - due) });
  }
  await clock.advance(10 ** 8 + 10);
  assert.equal(late.length, 400);
  assert.ok(Math.min(...late) >= 0, `one came ${Math.min(...late)} ms early`);
  assert.ok(Math.max(...late) <= 8, `one came ${Math.max(...late)} ms late`);
  assert.equal(wheel.size, 0);
});

test("timers that are added while the wheel sleeps come in time", async () => {
  const clock = new VirtualClock();
  const wheel = new TimerWheel(clock);
  const came: string[] = [];
  wheel.schedule(60_000, { onDeadline: () => void came.push("far") });
  await clock.advance(20_000);
  wheel.schedule(20_030, { onDeadline: () => void came.push("near") });
  await clock.advance(40);
  assert.deepEqual(came, ["near"]);
  await clock.advance(40_000);
  assert.deepEqual(came, ["near", "far"]);
});

test("what is cancelled does not come", async () => {
  const clock = new VirtualClock();
  const wheel = new TimerWheel(clock);
  const came: number[] = [];
  const timers = [1, 2, 3].map((number) => wheel.schedule(100, { onDeadline: () => void came.push(number) }));
  timers[1]?.cancel();
  timers[1]?.cancel();
  assert.equal(wheel.size, 2);
  await clock.advance(200);
  assert.deepEqual(came, [1, 3]);
});

test("a time that has passed comes soon", async () => {
  const clock = new VirtualClock();
  await clock.advance(5000);
  const wheel = new TimerWheel(clock);
  const came: number[] = [];
  wheel.schedule(10, { onDeadline: () => void came.push(clock.now()) });
  await clock.advance(10);
  assert.deepEqual(came, [5008]);
});

test("a target may add another and cancel a third", async () => {
  const clock = new VirtualClock();
  const wheel = new TimerWheel(clock);
  const came: string[] = [];
  wheel.schedule(50, {
    onDeadline: () => {
      came.push("first");
      third.cancel();
      wheel.schedule(clock.now() + 50, { onDeadline: () => void came.push("second") });
    },
  });
  const third = wheel.schedule(50, { onDeadline: () => void came.push("third") });
  await clock.advance(200);
  assert.deepEqual(came, ["first", "second"]);
});

test("ten thousand deadlines that are met use one timer beneath, and leave none once the wheel has woken", async () => {
  const clock = new VirtualClock();
  const wheel = new TimerWheel(clock);
  for (let count = 0; count < 10_000; count++) wheel.schedule(10_000 + count, { onDeadline: assert.fail }).cancel();
  assert.equal(clock.timers, 1);
  await clock.advance(30_000);
  assert.equal(clock.timers, 0);
});
