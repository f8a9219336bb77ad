import type { DescMessage } from "@bufbuild/protobuf";

/**
 * Where the code of a codec is from: `ahead-of-time` from `gannet gen --codecs`, `compiled` made for its type in this process
 * once a few of its messages have been interpreted; `interpreted` has none of its own, and looks every field up.
 */
export type CodecKind = "ahead-of-time" | "compiled" | "interpreted";

/**
 * How codecs are to do their work: `compiled` with code for each type, where there is such or it can be made;
 * `interpreted` without.
 */
export type CodecChoice = "compiled" | "interpreted";

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

/** How many types have been encoded or decoded, by the kind of their codec. */
export interface CodecCounts {
  aheadOfTime: number;
  compiled: number;
  interpreted: number;
}

/** The codecs of a channel or server. */
export interface Codecs {
  readonly counts: Readonly<CodecCounts>;
  /** The codec of a type, the same each time. */
  get(schema: DescMessage): Codec;
}
