import type { Compressor } from "../../core/index.ts";
import { gzip } from "../../node/index.ts";

export const long: string = "x".repeat(5000);

/** Counts what goes through gzip. */
export class CountingGzip implements Compressor {
  readonly name = "gzip";
  readonly #gzip = gzip();
  compressed = 0;
  decompressed = 0;

  compress(bytes: Uint8Array): Uint8Array {
    this.compressed++;
    return this.#gzip.compress(bytes);
  }

  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array {
    this.decompressed++;
    return this.#gzip.decompress(bytes, maxBytes);
  }
}
