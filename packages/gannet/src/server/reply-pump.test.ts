import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ReplyPump } from "./reply-pump.ts";

/** Sends replies of so many bytes, for which there is always room, and counts them. */
class CountingSender {
  sent = 0;
  sentBytes = 0;
  readonly #byteLength: number;

  constructor(byteLength: number) {
    this.#byteLength = byteLength;
  }

  send(): boolean {
    this.sent++;
    this.sentBytes += this.#byteLength;
    return true;
  }
}

test("an iterable that never waits has its turn for 64 messages, or for a megabyte of them", async () => {
  for (const [byteLength, perTurn] of [
    [20, 64],
    [16 * 1024, 64],
    [100_000, 11],
    [4 * 1024 * 1024, 1],
  ] as const) {
    const sender = new CountingSender(byteLength);
    const pump = new ReplyPump(sender, new Array(perTurn * 2 + 1).fill({}));
    const running = pump.run();
    assert.equal(sender.sent, perTurn, `replies of ${byteLength} bytes`);
    await nextTurn();
    assert.equal(sender.sent, perTurn * 2);
    await running;
    assert.equal(sender.sent, perTurn * 2 + 1);
  }
});
