import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Http2Stream } from "./http2-stream.ts";
import { ReadyQueue } from "./ready-queue.ts";

const NOBODY = { onHeaders() {}, onData() {}, onReset() {}, onWritable() {} };

test("is the queue that an array would be, whatever is added and removed", () => {
  const step = fc.record({ kind: fc.constantFrom("add", "remove", "rotate"), index: fc.nat(4) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const streams = Array.from({ length: 5 }, () => new Http2Stream(NOBODY, 0, 0));
      const queue = new ReadyQueue();
      let model: Http2Stream[] = [];
      for (const { kind, index } of steps) {
        const stream = streams[index] ?? assert.fail();
        if (kind === "add") {
          queue.add(stream);
          if (!model.includes(stream)) model.push(stream);
        } else if (kind === "remove") {
          queue.remove(stream);
          model = model.filter((one) => one !== stream);
        } else {
          queue.rotate();
          model = [...model.slice(1), ...model.slice(0, 1)];
        }
        assert.equal(queue.first, model[0]);
        const seen: Http2Stream[] = [];
        for (let at = queue.first; at !== undefined; at = at.readyBehind) seen.push(at);
        assert.deepEqual(
          seen.map((one) => streams.indexOf(one)),
          model.map((one) => streams.indexOf(one)),
        );
        for (const one of streams) assert.equal(one.isReady, model.includes(one));
      }
    }),
  );
});
