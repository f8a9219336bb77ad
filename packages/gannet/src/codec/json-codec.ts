import { create, type DescMessage, isMessage, type MessageInitShape, type Registry } from "@bufbuild/protobuf";
import type { Codec, CodecCounts, Codecs } from "./codec.ts";
import { DecodeError } from "./decode-error.ts";
import { readJsonText, writeJsonText } from "./json-text.ts";
import { isRawMessage, RAW_CODEC } from "./raw/index.ts";

/** The codecs of a channel or server for messages in JSON, each made when its type is first used. */
export class JsonCodecCache implements Codecs {
  readonly #registry: Registry | undefined;
  readonly #codecs = new WeakMap<DescMessage, Codec>();

  /** @param registry the types that may be in a `google.protobuf.Any`, and extensions */
  constructor(registry: Registry | undefined) {
    this.#registry = registry;
  }

  /** None: protobuf's JSON has no code for a type. */
  get counts(): Readonly<CodecCounts> {
    return { aheadOfTime: 0, compiled: 0, interpreted: 0 };
  }

  get(schema: DescMessage): Codec {
    let codec = this.#codecs.get(schema);
    if (codec === undefined) {
      if (isRawMessage(schema)) return RAW_CODEC;
      codec = new JsonCodec(schema, this.#registry);
      this.#codecs.set(schema, codec);
    }
    return codec;
  }
}

/** Lets `@bufbuild/protobuf` write and read protobuf's JSON (ProtoJSON). */
class JsonCodec implements Codec {
  readonly kind = "interpreted";
  readonly #schema: DescMessage;
  readonly #registry: Registry | undefined;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #encoded: Uint8Array | undefined;
  #encodedMessage: object | undefined;

  constructor(schema: DescMessage, registry: Registry | undefined) {
    this.#schema = schema;
    this.#registry = registry;
  }

  maxBytes(message: object): number {
    this.#encoded = this.#encode(message);
    this.#encodedMessage = message;
    return this.#encoded.length;
  }

  encodeInto(message: object, out: Uint8Array, offset: number): number {
    const encoded = this.#encodedMessage === message ? this.#encoded : undefined;
    const bytes = encoded ?? this.#encode(message);
    this.#encoded = undefined;
    this.#encodedMessage = undefined;
    out.set(bytes, offset);
    return offset + bytes.length;
  }

  decode(bytes: Uint8Array, start: number, end: number): object {
    try {
      const json = this.#decoder.decode(bytes.subarray(start, end));
      return readJsonText(this.#schema, json, this.#registry);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new DecodeError(what, { offset: 0, path: this.#schema.typeName, cause: error });
    }
  }

  #encode(message: object): Uint8Array {
    const schema = this.#schema;
    const typeName = isMessage(message) ? message.$typeName : schema.typeName;
    if (typeof message !== "object" || message === null || typeName !== schema.typeName) {
      const what = message === null ? "null" : typeof message === "object" ? typeName : typeof message;
      throw new TypeError(`expected a message of type ${schema.typeName}, got ${what}`);
    }
    const whole = isMessage(message) ? message : create(schema, message as MessageInitShape<DescMessage>);
    return this.#encoder.encode(writeJsonText(schema, whole, this.#registry));
  }
}
