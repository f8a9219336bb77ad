/**
 * A way to compress messages, for the option `compressors` of servers and channels. It is asked in the middle of a turn,
 * so it answers at once, and keeps nothing of what it is given.
 */
export interface Compressor {
  /** What `grpc-encoding` calls it, such as `gzip`. */
  readonly name: string;
  /** The bytes, compressed. */
  compress(bytes: Uint8Array): Uint8Array;
  /**
   * What was compressed to `bytes`, which come from a peer: it must stop as soon as there would be more than `maxBytes`.
   *
   * @throws GrpcError RESOURCE_EXHAUSTED where there is more than `maxBytes`
   * @throws Error for bytes that it did not make
   */
  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array;
}
