import assert from "node:assert/strict";
import { test } from "node:test";
import { ENVELOPE_BYTES, EnvelopeReader, writeEnvelope } from "./envelope.ts";
import { SpareBuffer } from "./spare-buffer.ts";

test("messages of two streams that come in pieces by turns do not mix in the buffer that they share", () => {
  const spare = new SpareBuffer();
  const readers = ["a", "b"].map((letter) => ({
    letter,
    reader: new EnvelopeReader("request", 1000, undefined, spare),
  }));
  const messages: string[] = [];
  const seen = new Set<Uint8Array>();
  const handler = {
    onEnvelope(bytes: Uint8Array, start: number, end: number) {
      seen.add(bytes);
      messages.push(Buffer.from(bytes.slice(start, end)).toString());
    },
    onPartial() {},
  };
  const expected: string[] = [];
  for (const length of [100, 10, 90]) {
    const scripts = readers.map(({ letter }) => {
      const bytes = Buffer.alloc(ENVELOPE_BYTES + length, letter);
      writeEnvelope(bytes, 0, bytes.length);
      expected.push(letter.repeat(length));
      return bytes;
    });
    for (let at = 0; at < ENVELOPE_BYTES + length; at += 7) {
      for (const [index, { reader }] of readers.entries()) {
        const script = scripts[index] ?? Buffer.alloc(0);
        reader.read(script, at, Math.min(at + 7, script.length), handler);
      }
    }
  }
  assert.deepEqual(messages, expected);
  assert.ok(seen.size < messages.length, "no buffer was used again");
});

test("the larger buffer is kept, and none that is large for a connection that may be idle", () => {
  const spare = new SpareBuffer();
  assert.equal(spare.take().length, 0);
  const [small, large] = [new Uint8Array(10), new Uint8Array(1000)];
  spare.give(large);
  spare.give(small);
  assert.equal(spare.take(), large);
  spare.give(new Uint8Array(1_000_000));
  assert.equal(spare.take().length, 0);
});
