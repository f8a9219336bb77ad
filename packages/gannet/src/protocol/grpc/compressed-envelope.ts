import type { Codec } from "../../codec/index.ts";
import type { Compressor } from "../../core/index.ts";
import { ENVELOPE_BYTES, writeEnvelope } from "./envelope.ts";
import type { MessageRole } from "./message-role.ts";
import type { MessageSettings } from "./message-settings.ts";
import { sendableBytes } from "./sendable-bytes.ts";

/**
 * Encodes a message and compresses it where that makes it shorter. Returns it with its envelope.
 *
 * @throws GrpcError RESOURCE_EXHAUSTED for a message that is larger than may be sent
 * @throws TypeError for a message that cannot be encoded
 */
export function encodeCompressed(
  codec: Codec,
  message: object,
  compressor: Compressor,
  { maxSendBytes, minCompressBytes }: MessageSettings,
  role: MessageRole,
): Uint8Array {
  const plain = new Uint8Array(ENVELOPE_BYTES + sendableBytes(codec, message, maxSendBytes, role));
  const end = codec.encodeInto(message, plain, ENVELOPE_BYTES);
  const plainBytes = end - ENVELOPE_BYTES;
  if (plainBytes >= minCompressBytes) {
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
