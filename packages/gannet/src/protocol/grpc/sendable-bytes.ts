import type { Codec } from "../../codec/index.ts";
import { GrpcError } from "../../core/index.ts";
import { type MessageRole, senderOf } from "./message-role.ts";

/**
 * The most bytes that a message takes, which then is to be encoded.
 *
 * @throws GrpcError RESOURCE_EXHAUSTED for one of more than `maxSendBytes`
 * @throws TypeError for one that cannot be encoded
 */
export function sendableBytes(codec: Codec, message: object, maxSendBytes: number, role: MessageRole): number {
  const bound = codec.maxBytes(message);
  if (bound <= maxSendBytes) return bound;
  // It may take less than that: only the bytes themselves tell.
  const byteLength = codec.encodeInto(message, new Uint8Array(bound), 0);
  if (byteLength <= maxSendBytes) return codec.maxBytes(message);
  throw new GrpcError(
    "RESOURCE_EXHAUSTED",
    `a ${role} of ${byteLength} bytes is larger than the ${maxSendBytes} that ${senderOf(role)}`,
  );
}
