import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../testing/index.ts";
import { Alarm } from "./alarm.ts";

test("an alarm rings once, at the time that it was set to last", async () => {
  const clock = new VirtualClock();
  const alarm = new Alarm(clock);
  const rung: string[] = [];
  alarm.set(10, () => rung.push("first"));
  alarm.set(20, () => rung.push(`second, ${alarm.isSet}`));
  assert.equal(alarm.isSet, true);
  await clock.advance(100);
  assert.deepEqual([rung, alarm.isSet], [["second, false"], false]);
  alarm.set(-5, () => rung.push("late"));
  await clock.advance(0);
  alarm.set(10, () => rung.push("never"));
  alarm.cancel();
  await clock.advance(100);
  assert.deepEqual(rung, ["second, false", "late"]);
});
