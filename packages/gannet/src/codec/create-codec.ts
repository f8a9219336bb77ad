import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { Codec, CodecChoice, CodecKind } from "./codec.ts";
import { CodecCache } from "./codec-cache.ts";
import { EncodeRoom } from "./encode-room.ts";

/** How a codec does its work. */
export interface CodecOptions {
  /**
   * `compiled` has code for the type: what `gannet gen --codecs` has generated, else what is made behind the first few
   * messages, where this environment allows source text to be evaluated. `interpreted` looks every field up as it goes, which
   * is several times slower, evaluates nothing, and takes nothing that was generated.
   *
   * @default "compiled"
   */
  readonly codecs?: CodecChoice | undefined;
}

/** Writes and reads the messages of one type: those of `@bufbuild/protobuf`, in protobuf's binary format. */
export interface MessageCodec<D extends DescMessage = DescMessage> {
  readonly schema: D;
  /** Where its code is from, as `compiled` is not possible everywhere. */
  readonly kind: CodecKind;
  /**
   * Encodes a message, or an object with some of its fields. Small messages share an `ArrayBuffer`, as Node's buffers do:
   * what is to have one of its own takes a `slice()`.
   *
   * @throws TypeError that names the field where a value is not of its type
   */
  encode(message: MessageInitShape<D>): Uint8Array<ArrayBuffer>;
  /** The most bytes that a message takes: as much room has to be for `encodeInto`. */
  maxBytes(message: MessageInitShape<D>): number;
  /** Encodes a message at `offset` of `bytes`, and returns the offset behind it. */
  encodeInto(message: MessageInitShape<D>, bytes: Uint8Array, offset: number): number;
  /**
   * Decodes the message from `start` to `end`, which is all of `bytes` where they are not given. It shares nothing with
   * `bytes` afterwards.
   *
   * @throws DecodeError with the offset and the field
   */
  decode(bytes: Uint8Array, start?: number, end?: number): MessageShape<D>;
}

/** Makes the codec of a message type. To make one again costs little: the code that was made for a type is kept with it. */
export function createCodec<D extends DescMessage>(
  schema: D,
  { codecs = "compiled" }: CodecOptions = {},
): MessageCodec<D> {
  return new CacheFreeCodec(schema, new CodecCache(codecs).get(schema));
}

/** One for all: a message is encoded to its end before anything else happens. */
const room = new EncodeRoom();

class CacheFreeCodec<D extends DescMessage> implements MessageCodec<D> {
  readonly schema: D;
  readonly #codec: Codec;

  constructor(schema: D, codec: Codec) {
    this.schema = schema;
    this.#codec = codec;
  }

  get kind(): CodecKind {
    return this.#codec.kind;
  }

  encode(message: MessageInitShape<D>): Uint8Array<ArrayBuffer> {
    return room.encode(this.#codec, message as object);
  }

  maxBytes(message: MessageInitShape<D>): number {
    return this.#codec.maxBytes(message as object);
  }

  encodeInto(message: MessageInitShape<D>, bytes: Uint8Array, offset: number): number {
    return this.#codec.encodeInto(message as object, bytes, offset);
  }

  decode(bytes: Uint8Array, start = 0, end: number = bytes.length): MessageShape<D> {
    return this.#codec.decode(bytes, start, end) as MessageShape<D>;
  }
}
