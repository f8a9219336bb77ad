import assert from "node:assert/strict";
import { test } from "node:test";
import type { PipeListener } from "./connected-pipe.ts";
import { createMemoryPipes } from "./memory-pipe.ts";

function createListener(heard: string[]): PipeListener {
  return {
    receive: (chunk) => void heard.push(Buffer.from(chunk).toString()),
    flush: () => void heard.push("flush"),
    onDrain: () => void heard.push("drain"),
    onPipeEnd: (reason) => void heard.push(`end: ${reason}`),
  };
}

test("what one end writes the other receives later, and then the end", async () => {
  const [one, other] = createMemoryPipes();
  const heard: string[] = [];
  const segment = Buffer.from("hello");
  one.attach(createListener([]));
  other.attach(createListener(heard));
  assert.equal(one.write(segment, 4), true);
  segment.fill(0);
  assert.deepEqual(heard, []);
  one.end();
  one.writeOwned(Buffer.from("too late"));
  await Promise.all([one.closed, other.closed]);
  assert.deepEqual(heard, ["hell", "end: the peer closed the connection"]);
});

test("what was written before the other end listens is not lost", async () => {
  const [one, other] = createMemoryPipes();
  const heard: string[] = [];
  one.attach(createListener([]));
  one.writeOwned(Buffer.from("early"));
  await new Promise((done) => setImmediate(done));
  other.attach(createListener(heard));
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(heard, ["early"]);
});

test("an end that is not read from is congested, and says when that is over", async () => {
  const [one, other] = createMemoryPipes();
  const heard: string[] = [];
  one.attach(createListener(heard));
  one.writeOwned(Buffer.alloc(300 * 1024));
  assert.equal(one.congested, true);
  other.attach(createListener([]));
  await new Promise((done) => setImmediate(done));
  assert.equal(one.congested, false);
  assert.deepEqual(heard, ["drain"]);
});

test("destroying an end drops what is on its way", async () => {
  const [one, other] = createMemoryPipes();
  const heard: string[] = [];
  one.attach(createListener([]));
  other.attach(createListener(heard));
  one.writeOwned(Buffer.from("lost"));
  one.destroy();
  await other.closed;
  assert.deepEqual(heard, ["end: the peer closed the connection"]);
});
