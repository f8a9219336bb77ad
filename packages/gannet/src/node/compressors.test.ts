import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as zlib from "node:zlib";
import { type Compressor, GrpcError } from "../core/index.ts";
import { brotli, defaultCompressors, deflate, gzip, zstd } from "./compressors.ts";

const text = Buffer.from("all work and no play makes Jack a dull boy\n".repeat(200));
const hasZstd = "zstdCompressSync" in zlib;
const foreign = zlib as unknown as Record<string, (bytes: Uint8Array) => Buffer>;

describe("what Node compresses with", () => {
  for (const [compressor, compress, inflate] of [
    [gzip(), "gzipSync", "gunzipSync"],
    [deflate(), "deflateSync", "inflateSync"],
    [brotli(), "brotliCompressSync", "brotliDecompressSync"],
    ...(hasZstd ? ([[zstd(), "zstdCompressSync", "zstdDecompressSync"]] as const) : []),
  ] as const) {
    test(`${compressor.name} is read by zlib, and reads what zlib has made`, () => {
      const compressed = compressor.compress(text);
      assert.ok(compressed.length < text.length / 10);
      assert.deepEqual(foreign[inflate]?.(compressed), text);
      const made = foreign[compress]?.(text) ?? assert.fail();
      assert.deepEqual(Buffer.from(compressor.decompress(made, text.length)), text);
    });

    test(`${compressor.name} takes an empty message, and any limit`, () => {
      const empty = compressor.compress(new Uint8Array(0));
      assert.equal(compressor.decompress(empty, 0).length, 0);
      const compressed = compressor.compress(text);
      assert.equal(compressor.decompress(compressed, Number.POSITIVE_INFINITY).length, text.length);
      assert.equal(compressor.decompress(compressed, text.length).length, text.length);
    });

    test(`${compressor.name} stops at the limit, and says so`, () => {
      const bomb = compressor.compress(new Uint8Array(50_000_000));
      assert.ok(bomb.length < 100_000);
      for (const limit of [1, 1000, 49_999_999]) {
        assert.throws(
          () => compressor.decompress(bomb, limit),
          (error) => GrpcError.is(error, "RESOURCE_EXHAUSTED"),
          String(limit),
        );
      }
    });

    test(`${compressor.name} refuses what it has not made`, () => {
      const compressed = compressor.compress(text);
      for (const bytes of [Buffer.from("no such thing"), compressed.subarray(0, compressed.length / 2)]) {
        assert.throws(
          () => compressor.decompress(bytes, 1_000_000),
          (error) => error instanceof Error && !GrpcError.is(error),
        );
      }
    });
  }

  test("a bomb is not allocated", () => {
    const bomb = gzip().compress(new Uint8Array(200_000_000));
    const before = process.memoryUsage().arrayBuffers;
    assert.throws(() => gzip().decompress(bomb, 1000));
    assert.ok(process.memoryUsage().arrayBuffers - before < 10_000_000);
  });

  test("a higher level makes it smaller, and one that there is not is an error", () => {
    const size = (compressor: Compressor): number => compressor.compress(text).length;
    assert.ok(size(gzip({ level: 0 })) > size(gzip({ level: 9 })));
    assert.ok(size(brotli({ level: 0 })) > size(brotli({ level: 11 })));
    assert.throws(() => deflate({ level: 10 }), { code: "GANNET_INVALID_OPTION" });
    assert.throws(() => gzip({ levle: 1 } as object), { code: "GANNET_UNKNOWN_OPTION" });
  });

  test("zstd is among the usual where Node has it, and an error that says so where not", () => {
    const names = defaultCompressors().map(({ name }) => name);
    assert.deepEqual(names, hasZstd ? ["gzip", "deflate", "br", "zstd"] : ["gzip", "deflate", "br"]);
    if (!hasZstd) assert.throws(() => zstd(), { code: "GANNET_INVALID_ARGUMENT", message: /has no zstd/ });
  });
});
