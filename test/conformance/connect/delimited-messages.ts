import { type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";

const PREFIX_BYTES = 4;

/**
 * Reads the messages of a stream: each behind its length in four bytes, the highest first.
 *
 * @throws Error where the stream ends inside a message
 */
export async function* readDelimited<D extends DescMessage>(
  schema: D,
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<MessageShape<D>, undefined> {
  let left = Buffer.alloc(0);
  for await (const chunk of stream) {
    left = Buffer.concat([left, chunk]);
    while (left.length >= PREFIX_BYTES) {
      const end = PREFIX_BYTES + left.readUInt32BE(0);
      if (left.length < end) break;
      yield fromBinary(schema, left.subarray(PREFIX_BYTES, end));
      left = left.subarray(end);
    }
  }
  if (left.length > 0) throw new Error(`the stream ends inside a ${schema.typeName}, after ${left.length} bytes of it`);
}

/** A message behind its length. */
export function encodeDelimited<D extends DescMessage>(schema: D, message: MessageShape<D>): Uint8Array {
  const bytes = toBinary(schema, message);
  const delimited = Buffer.alloc(PREFIX_BYTES + bytes.length);
  delimited.writeUInt32BE(bytes.length);
  delimited.set(bytes, PREFIX_BYTES);
  return delimited;
}
