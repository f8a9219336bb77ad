import {
  create,
  type DescField,
  type DescMessage,
  fromBinary,
  isMessage,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";

/**
 * Writes and reads the messages of one type. Writing takes two steps, so that a message goes straight to its place:
 * `maxBytes` of a message, then `encodeInto` of the same one.
 */
export interface Codec {
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
   * @throws Error for bytes that are no such message
   */
  decode(bytes: Uint8Array, start: number, end: number): object;
}

/** The codecs of a channel or server, each made when its type is first used. */
export class CodecCache {
  readonly #codecs = new WeakMap<DescMessage, Codec>();

  get(schema: DescMessage): Codec {
    let codec = this.#codecs.get(schema);
    if (codec === undefined) {
      codec = new ReflectionCodec(schema);
      this.#codecs.set(schema, codec);
    }
    return codec;
  }
}

/** Lets `@bufbuild/protobuf` do the work, which looks every field up as it goes. */
class ReflectionCodec implements Codec {
  readonly #schema: DescMessage;
  /** A field of bytes would otherwise be a view of what is decoded. */
  readonly #mustCopy: boolean;
  #encoded: Uint8Array | undefined;
  #encodedMessage: object | undefined;

  constructor(schema: DescMessage) {
    this.#schema = schema;
    this.#mustCopy = holdsBytes(schema, new Set());
  }

  maxBytes(message: object): number {
    this.#encoded = this.#encode(message);
    this.#encodedMessage = message;
    return this.#encoded.length;
  }

  encodeInto(message: object, out: Uint8Array, offset: number): number {
    const encoded =
      this.#encodedMessage === message && this.#encoded !== undefined ? this.#encoded : this.#encode(message);
    this.#encoded = undefined;
    this.#encodedMessage = undefined;
    out.set(encoded, offset);
    return offset + encoded.length;
  }

  decode(bytes: Uint8Array, start: number, end: number): object {
    const view = bytes.subarray(start, end);
    return fromBinary(this.#schema, this.#mustCopy ? new Uint8Array(view) : view);
  }

  #encode(message: object): Uint8Array {
    const schema = this.#schema;
    if (typeof message !== "object" || message === null) {
      throw new TypeError(
        `expected a message of type ${schema.typeName}, got ${message === null ? "null" : typeof message}`,
      );
    }
    if (isMessage(message)) {
      if (message.$typeName !== schema.typeName)
        throw new TypeError(`expected a message of type ${schema.typeName}, got ${message.$typeName}`);
      return toBinary(schema, message);
    }
    return toBinary(schema, create(schema, message as MessageInitShape<DescMessage>));
  }
}

/** Whether a message has bytes anywhere: in a field, an unknown one, or a message in it. */
function holdsBytes(schema: DescMessage, seen: Set<DescMessage>): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return schema.fields.some((field) => fieldHoldsBytes(field, seen));
}

function fieldHoldsBytes(field: DescField, seen: Set<DescMessage>): boolean {
  const isBytes = "scalar" in field && field.scalar === 12;
  return isBytes || (field.message !== undefined && holdsBytes(field.message, seen));
}
