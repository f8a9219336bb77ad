import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ENVELOPE_BYTES, EnvelopeReader, writeEnvelope } from "./envelope.ts";

function envelope(message: Uint8Array): Buffer {
  const bytes = Buffer.alloc(ENVELOPE_BYTES + message.length);
  bytes.set(message, ENVELOPE_BYTES);
  writeEnvelope(bytes, 0, bytes.length);
  return bytes;
}

/** Reads pieces that are written over behind it, and adds up what messages take with their envelopes. */
class Reading {
  readonly messages: string[] = [];
  byteLength = 0;
  readonly reader: EnvelopeReader;

  constructor(maxBytes = 1000) {
    this.reader = new EnvelopeReader("request", maxBytes);
  }

  read(piece: Uint8Array): void {
    const bytes = Buffer.concat([Buffer.from("xx"), piece, Buffer.from("yy")]);
    this.reader.read(bytes, 2, 2 + piece.length, this);
    bytes.fill(0xff);
  }

  onEnvelope(bytes: Uint8Array, start: number, end: number): void {
    this.messages.push(Buffer.from(bytes.slice(start, end)).toString());
    this.byteLength += ENVELOPE_BYTES + end - start;
  }

  onPartial(): void {}
}

describe("messages", () => {
  const texts = ["", "hello", "", "x".repeat(20), "end"];
  const script = Buffer.concat(texts.map((text) => envelope(Buffer.from(text))));

  test("are the same wherever two cuts go through them, and all bytes are accounted for", () => {
    for (let first = 0; first <= script.length; first++) {
      for (let second = first; second <= script.length; second++) {
        const reading = new Reading();
        reading.read(script.subarray(0, first));
        reading.read(script.subarray(first, second));
        reading.read(script.subarray(second));
        assert.deepEqual(reading.messages, texts, `cut at ${first} and ${second}`);
        assert.equal(reading.byteLength, script.length);
        assert.ok(reading.reader.isBetweenMessages);
      }
    }
  });

  test("of any size are the same in any pieces", () => {
    const sizes = fc.array(fc.nat(5000), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        sizes,
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 }),
        (lengths, cuts) => {
          const all = lengths.map((length, index) => String.fromCharCode(0x61 + index).repeat(length));
          const bytes = Buffer.concat(all.map((text) => envelope(Buffer.from(text))));
          const reading = new Reading(5000);
          for (let at = 0, turn = 0; at < bytes.length; turn++) {
            const size = cuts[turn % cuts.length] ?? 1;
            reading.read(bytes.subarray(at, at + size));
            at += size;
          }
          assert.deepEqual(reading.messages, all);
          assert.equal(reading.byteLength, bytes.length);
        },
      ),
    );
  });

  test("that are not whole are known to be so", () => {
    for (let cut = 1; cut < 10; cut++) {
      const reading = new Reading();
      reading.read(envelope(Buffer.from("hello")).subarray(0, cut));
      assert.ok(!reading.reader.isBetweenMessages, `${cut} bytes`);
    }
  });
});

describe("refused at the first five bytes:", () => {
  for (const [name, hex, code, said] of [
    ["a message over the limit", "00000003e9", "RESOURCE_EXHAUSTED", /1001 bytes is larger than the 1000/],
    ["a message of 4 GiB", "00ffffffff", "RESOURCE_EXHAUSTED", /4294967295 bytes/],
    ["a compressed message", "0100000000", "INTERNAL", /compressed/],
    ["a flag that means nothing", "0200000000", "INTERNAL", /flag 2/],
  ] as const) {
    test(name, () => {
      const bytes = Buffer.from(hex, "hex");
      assert.throws(() => new Reading().read(bytes), { code, message: said });
      const slow = new Reading();
      for (const byte of bytes.subarray(0, 4)) slow.read(Uint8Array.of(byte));
      assert.throws(() => slow.read(bytes.subarray(4)), { code });
    });
  }
});

test("a message of the limit is taken", () => {
  const reading = new Reading();
  reading.read(envelope(Buffer.alloc(1000, "x")));
  assert.equal(reading.messages[0]?.length, 1000);
});

test("memory follows what has come, not what was announced", () => {
  const readers: EnvelopeReader[] = [];
  const before = process.memoryUsage().arrayBuffers;
  for (let turn = 0; turn < 1000; turn++) {
    const reader = new EnvelopeReader("request", 0x7fffffff);
    reader.read(Buffer.from("007fffffff61", "hex"), 0, 6, new Reading());
    readers.push(reader);
  }
  assert.equal(readers.length, 1000);
  assert.ok(process.memoryUsage().arrayBuffers - before < 16 * 1024 * 1024);
});
