import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Codec } from "../../codec/index.ts";
import { type Compressor, GrpcError } from "../../core/index.ts";
import { encodeCompressed } from "./compressed-envelope.ts";
import { CompressorSet } from "./compression.ts";
import { ENVELOPE_BYTES, type EnvelopeHandler, EnvelopeReader } from "./envelope.ts";
import { type MessageSettings, messageSettings } from "./message-settings.ts";

/** Writes each run of a byte as its length and the byte. */
const runs: Compressor = {
  name: "runs",
  compress(bytes) {
    const out: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      let end = at;
      while (end < bytes.length && end - at < 255 && bytes[end] === bytes[at]) end++;
      out.push(end - at, bytes[at] ?? 0);
      at = end;
    }
    return Uint8Array.from(out);
  },
  decompress(bytes) {
    if (bytes.length % 2 !== 0) throw new Error("a run has no end");
    const out: number[] = [];
    for (let at = 0; at < bytes.length; at += 2) out.push(...new Array(bytes[at] ?? 0).fill(bytes[at + 1]));
    return Uint8Array.from(out);
  },
};

const settings = (minCompressBytes: number): MessageSettings => messageSettings({ minCompressBytes }, () => []);
const named = (name: string): Compressor => ({ ...runs, name });

/** Messages that are bytes already. */
const bytesCodec: Codec = {
  kind: "interpreted",
  maxBytes: (message) => (message as Uint8Array).length + 10,
  encodeInto(message, out, offset) {
    out.set(message as Uint8Array, offset);
    return offset + (message as Uint8Array).length;
  },
  decode: (bytes, start, end) => bytes.slice(start, end),
};

describe("the compressors of a server or channel", () => {
  test("are told to the other side, with the one that is none", () => {
    assert.equal(new CompressorSet([named("a"), named("b")]).acceptEncoding, "identity,a,b");
    assert.equal(new CompressorSet([]).acceptEncoding, "identity");
  });

  test("are chosen by what the other side takes: first what it uses itself, then the first of ours", () => {
    const [a, b] = [named("a"), named("b")];
    const set = new CompressorSet([a, b]);
    assert.equal(set.choose("b, a", undefined), a);
    assert.equal(set.choose("a,b", b), b);
    assert.equal(set.choose("c ,b", undefined), b);
    assert.equal(set.choose("a", b), a);
    assert.equal(set.choose("identity,c", undefined), undefined);
    assert.equal(set.choose("", a), undefined);
  });

  test("must be compressors with names of their own that can be sent", () => {
    for (const [list, said] of [
      [[named("a"), named("a")], /compressors\[1\] has the name a, as another has/],
      [[named("identity")], /"identity"/],
      [[named("Gzip")], /"Gzip"/],
      [[named("a,b")], /"a,b"/],
      [["gzip"], /compressors\[0\] is no compressor/],
      [[undefined], /compressors\[0\] is no compressor/],
    ] as const) {
      assert.throws(() => new CompressorSet(list as readonly Compressor[]), {
        code: "GANNET_INVALID_OPTION",
        message: said,
      });
    }
  });
});

describe("a message that is to be compressed", () => {
  const repeated = new Uint8Array(100).fill(7);

  test("is, where that makes it shorter", () => {
    assert.deepEqual([...encodeCompressed(bytesCodec, repeated, runs, settings(0), "reply")], [1, 0, 0, 0, 2, 100, 7]);
  });

  test("stays as it is where it is short, or would become longer", () => {
    assert.deepEqual(
      [...encodeCompressed(bytesCodec, repeated, runs, settings(101), "reply")],
      [0, 0, 0, 0, 100, ...repeated],
    );
    const varied = Uint8Array.from([1, 2, 3]);
    assert.deepEqual([...encodeCompressed(bytesCodec, varied, runs, settings(0), "reply")], [0, 0, 0, 0, 3, 1, 2, 3]);
  });
});

describe("a message that comes compressed", () => {
  const message = Buffer.from([1, 0, 0, 0, 2, 100, 7]);

  function read(compressor: Compressor | undefined, maxBytes: number, ...pieces: readonly Uint8Array[]): string[] {
    const seen: string[] = [];
    const handler: EnvelopeHandler = {
      onEnvelope(bytes, start, end, isCompressed) {
        const type = { typeName: "test.Bytes" };
        const message = reader.decode(bytesCodec, type, bytes, start, end, isCompressed) as Uint8Array;
        seen.push(
          `${message.length} of ${[...new Set(message)].join()} took ${ENVELOPE_BYTES + end - start}${isCompressed ? " compressed" : ""}`,
        );
      },
      onPartial: () => seen.push("part"),
    };
    const reader = new EnvelopeReader("request", maxBytes, compressor);
    for (const piece of pieces) reader.read(piece, 0, piece.length, handler);
    return seen;
  }

  test("is taken apart, in one piece or several, and counts in the window as it came", () => {
    assert.deepEqual(read(runs, 100, message), ["100 of 7 took 7 compressed"]);
    assert.deepEqual(read(runs, 100, message.subarray(0, 6), message.subarray(6)), [
      "part",
      "100 of 7 took 7 compressed",
    ]);
    const plain = Buffer.from([0, 0, 0, 0, 1, 9]);
    assert.deepEqual(read(runs, 100, Buffer.concat([message, plain, message])), [
      "100 of 7 took 7 compressed",
      "1 of 9 took 6",
      "100 of 7 took 7 compressed",
    ]);
  });

  for (const [name, code, said, run] of [
    ["is too large for the limit when it is whole", "RESOURCE_EXHAUSTED", /99 bytes/, () => read(runs, 99, message)],
    ["says that it is too large", "RESOURCE_EXHAUSTED", /1 /, () => read(runs, 1, message)],
    [
      "cannot be taken apart",
      "INTERNAL",
      /runs: a run has no end/,
      () => read(runs, 99, Buffer.from([1, 0, 0, 0, 1, 5])),
    ],
    ["comes although no compression was named", "INTERNAL", /no grpc-encoding/, () => read(undefined, 99, message)],
    ["has a flag that means nothing", "INTERNAL", /flag 3/, () => read(runs, 99, Buffer.from([3, 0, 0, 0, 0]))],
  ] as const) {
    test(`that ${name} fails with ${code}`, () => {
      assert.throws(run, (error) => GrpcError.is(error, code) && said.test(error.reason));
    });
  }
});
