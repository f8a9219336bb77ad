import type { DescMessage } from "@bufbuild/protobuf";

/** Whether a codec has code of its own for its type, or looks every field up. */
export type CodecKind = "compiled" | "interpreted";

/**
 * Writes and reads the messages of one type. Writing takes two steps, so that a message goes straight to its place:
 * `maxBytes` of a message, then `encodeInto` of the same one.
 */
export interface Codec {
  readonly kind: CodecKind;
  /**
   * The most bytes that `message` takes.
   *
   * @throws TypeError for a message that cannot be encoded
   */
  maxBytes(message: object): number;
  /** Writes `message` at `offset`, where there is room for `maxBytes` of it. Returns the offset behind it. */
  encodeInto(message: object, out: Uint8Array, offset: number): number;
  /**
   * Reads the message from `start` to `end`. It holds nothing of `bytes` afterwards.
   *
   * @throws DecodeError for bytes that are no such message
   */
  decode(bytes: Uint8Array, start: number, end: number): object;
}

/** The codecs of a channel or server. */
export interface Codecs {
  /** The codec of a type, the same each time. */
  get(schema: DescMessage): Codec;
}
