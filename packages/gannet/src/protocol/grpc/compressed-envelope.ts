import type { Codec } from "../../codec/index.ts";
import type { Compressor } from "../../core/index.ts";
import { ENVELOPE_BYTES, writeEnvelope } from "./envelope.ts";

/**
 * Encodes a message and compresses it where that makes it shorter. Returns it with its envelope.
 *
 * @param minBytes shorter messages stay as they are
 * @throws TypeError for a message that cannot be encoded
 */
export function encodeCompressed(codec: Codec, message: object, compressor: Compressor, minBytes: number): Uint8Array {
  const plain = new Uint8Array(ENVELOPE_BYTES + codec.maxBytes(message));
  const end = codec.encodeInto(message, plain, ENVELOPE_BYTES);
  const plainBytes = end - ENVELOPE_BYTES;
  if (plainBytes >= minBytes) {
    const body = compressor.compress(plain.subarray(ENVELOPE_BYTES, end));
    if (body.length < plainBytes) {
      const compressed = new Uint8Array(ENVELOPE_BYTES + body.length);
      compressed.set(body, ENVELOPE_BYTES);
      writeEnvelope(compressed, 0, compressed.length, true);
      return compressed;
    }
  }
  writeEnvelope(plain, 0, end);
  return plain.subarray(0, end);
}
